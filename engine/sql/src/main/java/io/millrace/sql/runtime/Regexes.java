package io.millrace.sql.runtime;

import io.millrace.codecs.Memory;
import io.millrace.engine.kernel.Failure;
import io.millrace.engine.kernel.Scratch;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Regular expressions of {@code java.util.regex} with Flink's meaning, each compiled when it is first met; results as
 * with {@link Strings}. One that is none matches nothing, or makes the result NULL.
 *
 * <p><b>Threading:</b> one thread. <b>Limits:</b> remembers {@link #MAX_PATTERNS}, then forgets all.
 * <b>Allocation:</b> none where a pattern is known and the text is ASCII, which is matched where it lies.
 * <b>Errors:</b> text in which a pattern nests deeper than the stack fails.
 */
public final class Regexes
{
    /** Patterns remembered. */
    public static final int MAX_PATTERNS = 256;

    private static final int CAPACITY = MAX_PATTERNS * 2;

    private final Scratch scratch;
    private final @Nullable Entry[] known = new Entry[CAPACITY];
    private final AsciiText ascii = new AsciiText();
    private @Nullable String text;
    private int count;

    /** A pattern's bytes and what matches by it; null where it is none. */
    private record Entry(byte[] pattern, @Nullable Matcher matcher)
    {
    }

    public Regexes(final Scratch scratch)
    {
        this.scratch = scratch;
    }

    private @Nullable Matcher matcher(final long pattern, final int patternLength)
    {
        int slot = (int)Memory.hash(pattern, patternLength) & CAPACITY - 1;
        for (Entry entry = known[slot]; entry != null; entry = known[slot])
        {
            if (isEqual(entry.pattern(), pattern, patternLength))
            {
                return entry.matcher();
            }
            slot = slot + 1 & CAPACITY - 1;
        }
        if (count == MAX_PATTERNS)
        {
            Arrays.fill(known, null);
            count = 0;
        }
        final byte[] bytes = new byte[patternLength];
        Memory.copy(pattern, bytes, 0, patternLength);
        final Entry entry = new Entry(bytes, compiled(Utf8.toString(pattern, patternLength)));
        known[slot] = entry;
        count++;
        return entry.matcher();
    }

    private static @Nullable Matcher compiled(final String pattern)
    {
        try
        {
            return Pattern.compile(pattern).matcher("");
        }
        catch (final PatternSyntaxException e)
        {
            return null;
        }
    }

    private static boolean isEqual(final byte[] bytes, final long address, final int length)
    {
        boolean isEqual = bytes.length == length;
        for (int i = 0; isEqual && i < length; i++)
        {
            isEqual = bytes[i] == Memory.getByte(address + i);
        }
        return isEqual;
    }

    /** Gives a matcher its text, where it lies or as {@link #text}. */
    private Matcher begin(final Matcher matcher, final long address, final int length)
    {
        text = Utf8.isAscii(address, length) ? null : Utf8.toString(address, length);
        return matcher.reset(text == null ? ascii.wrap(address, length) : text);
    }

    private boolean find(final Matcher matcher)
    {
        try
        {
            return matcher.find();
        }
        catch (final StackOverflowError e)
        {
            scratch.failure = Failure.ARGUMENT.ordinal();
            return false;
        }
    }

    /** REGEXP: whether the pattern is found; an empty one is not. */
    public boolean isFound(final long address, final int length, final long pattern, final int patternLength)
    {
        final Matcher matcher = patternLength == 0 ? null : matcher(pattern, patternLength);
        return matcher != null && find(begin(matcher, address, length));
    }

    /** REGEXP_EXTRACT of the whole. */
    public long extract(final long address, final int length, final long pattern, final int patternLength)
    {
        return extract(address, length, pattern, patternLength, 0);
    }

    /** REGEXP_EXTRACT: a group where the pattern is first found; NULL where it is not, or there is no such group. */
    public long extract(
        final long address, final int length, final long pattern, final int patternLength, final long index)
    {
        final Matcher matcher = matcher(pattern, patternLength);
        final int group = (int)index;
        scratch.length = 0;
        scratch.isNull = matcher == null || !find(begin(matcher, address, length)) || group < 0 ||
            group > matcher.groupCount() || matcher.start(group) < 0;
        if (matcher == null || scratch.isNull)
        {
            return Strings.EMPTY;
        }
        if (text != null)
        {
            return Strings.keep(scratch, text.substring(matcher.start(group), matcher.end(group)));
        }
        scratch.length = matcher.end(group) - matcher.start(group);
        return address + matcher.start(group);
    }

    /** REGEXP_REPLACE: what stands for each match is no pattern. NULL where the pattern is none. */
    public long replace(final long address, final int length, final long pattern, final int patternLength,
        final long by, final int byLength)
    {
        final Matcher matcher = matcher(pattern, patternLength);
        scratch.isNull = matcher == null;
        scratch.length = 0;
        if (matcher == null)
        {
            return Strings.EMPTY;
        }
        long total = length;
        int matches = 0;
        begin(matcher, address, length);
        while (find(matcher))
        {
            total += byLength - (text == null ? matcher.end() - matcher.start() : 0);
            matches++;
        }
        scratch.length = length;
        if (matches == 0 || scratch.failure != 0)
        {
            return address;
        }
        if (text != null)
        {
            return total > Scratch.MAX_BYTES ? Scratch.REFUSED : Strings.keep(
                scratch, matcher.replaceAll(Matcher.quoteReplacement(Utf8.toString(by, byLength))));
        }
        final long out = scratch.allocate((int)Math.min(total, Scratch.MAX_BYTES + 1L));
        return out == Scratch.REFUSED ? out : replace(matcher, address, length, by, byLength, out);
    }

    private long replace(final Matcher matcher, final long address, final int length, final long by,
        final int byLength, final long out)
    {
        long end = out;
        int from = 0;
        matcher.reset();
        while (find(matcher))
        {
            Memory.copy(address + from, end, matcher.start() - from);
            end += matcher.start() - from;
            Memory.copy(by, end, byLength);
            end += byLength;
            from = matcher.end();
        }
        Memory.copy(address + from, end, length - from);
        scratch.length = (int)(end + length - from - out);
        return out;
    }
}

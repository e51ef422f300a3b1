package io.millrace.engine.upgrade;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One part of a job, a table, an operator or a sink, as the job described it.
 *
 * @param index  its place among the parts of its kind.
 * @param values of it alone, by key.
 */
record DescribedPart(int index, String name, SortedMap<String, String> values)
{
    private static final String OPTION = "option.";
    private static final int MAX_SHOWN = 100;

    /**
     * The parts of a kind.
     *
     * @param identity of the job; other values among it are passed over.
     * @param name     key of what such a part is called by.
     */
    static List<DescribedPart> of(final SortedMap<String, String> identity, final String kind, final String name)
    {
        final List<DescribedPart> parts = new ArrayList<>();
        for (int i = 0; identity.containsKey(kind + i + "." + name); i++)
        {
            final String prefix = kind + i + ".";
            final SortedMap<String, String> own = new TreeMap<>();
            identity.tailMap(prefix).entrySet().stream().takeWhile(value -> value.getKey().startsWith(prefix))
                .forEach(value -> own.put(value.getKey().substring(prefix.length()), value.getValue()));
            parts.add(new DescribedPart(i, identity.getOrDefault(prefix + name, ""), own));
        }
        return parts;
    }

    /** Place of the part with a name, −1 where there is none. */
    static int indexOf(final List<DescribedPart> parts, final String name)
    {
        for (final DescribedPart part : parts)
        {
            if (part.name().equals(name))
            {
                return part.index();
            }
        }
        return -1;
    }

    String value(final String key)
    {
        return values.getOrDefault(key, "");
    }

    /** Whether another has the same value for a key. */
    boolean isSame(final String key, final DescribedPart other)
    {
        return value(key).equals(other.value(key));
    }

    /** Says in what way the value of a key became another. */
    String difference(final String what, final String key, final DescribedPart now)
    {
        return what + " " + shown(value(key)) + " → " + shown(now.value(key));
    }

    /** The same of all options. */
    List<String> optionDifferences(final DescribedPart now)
    {
        final SortedMap<String, String> all = new TreeMap<>(values);
        all.putAll(now.values);
        return all.keySet().stream().filter(key -> key.startsWith(OPTION) && !isSame(key, now))
            .map(key -> difference(key.substring(OPTION.length()), key, now)).toList();
    }

    /** A value as a person is shown it. */
    static String shown(final String value)
    {
        return value.isEmpty() ? "none" :
            value.length() <= MAX_SHOWN ? value : value.substring(0, MAX_SHOWN - 1) + "…";
    }
}

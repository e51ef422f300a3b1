package io.millrace.engine.connector.builtin;

/** How many cells of a terminal a text takes. */
public final class DisplayWidth
{
    private DisplayWidth()
    {
    }

    /** Cells of {@code text}: combining marks take none, East Asian wide characters and emoji two. */
    public static int of(final String text)
    {
        int width = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i)))
        {
            width += of(text.codePointAt(i));
        }
        return width;
    }

    private static int of(final int point)
    {
        if (point < 0x300)
        {
            return 1;
        }
        final int type = Character.getType(point);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT)
        {
            return 0;
        }
        final boolean isWide = point >= 0x1100 && point <= 0x115F || point >= 0x2E80 && point <= 0xA4CF ||
            point >= 0xAC00 && point <= 0xD7A3 || point >= 0xF900 && point <= 0xFAFF ||
            point >= 0xFE30 && point <= 0xFE6F || point >= 0xFF00 && point <= 0xFF60 ||
            point >= 0xFFE0 && point <= 0xFFE6 || point >= 0x1F300 && point <= 0x1FAFF ||
            point >= 0x20000 && point <= 0x3FFFD;
        return isWide ? 2 : 1;
    }

    /** The text with control characters, which would move the cursor, shown as escapes. */
    public static String printable(final String text)
    {
        if (text.chars().noneMatch(Character::isISOControl))
        {
            return text;
        }
        final StringBuilder shown = new StringBuilder();
        text.chars().forEach((c) -> shown.append(c == '\n' ? "\\n" : c == '\t' ? "\\t" : c == '\r' ? "\\r" :
            Character.isISOControl(c) ? String.format("\\u%04x", c) : String.valueOf((char)c)));
        return shown.toString();
    }
}

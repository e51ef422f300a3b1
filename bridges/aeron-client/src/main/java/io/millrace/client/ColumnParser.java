package io.millrace.client;

import io.millrace.codecs.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads columns as a DDL declares them: name, type, and whether it may be NULL. */
final class ColumnParser
{
    private final String text;
    private int at;

    /** Takes what was read. */
    interface Result<T>
    {
        T of(List<SqlType.Field> fields, int[] fieldCounts);
    }

    ColumnParser(final String text)
    {
        this.text = text;
    }

    <T> T parse(final Result<T> result)
    {
        final List<SqlType.Field> fields = new ArrayList<>();
        final List<Integer> counts = new ArrayList<>();
        while (true)
        {
            fields.add(field());
            if (take('|'))
            {
                counts.add(fields.size());
            }
            else if (!take(','))
            {
                break;
            }
        }
        if (at < text.length())
        {
            throw unexpected("a comma");
        }
        counts.add(fields.size());
        return result.of(fields, counts.stream().mapToInt(Integer::intValue).toArray());
    }

    private SqlType.Field field()
    {
        final String name = name();
        return new SqlType.Field(name, type());
    }

    private String name()
    {
        if (!take('`'))
        {
            return word("a column's name");
        }
        final StringBuilder name = new StringBuilder();
        while (at < text.length())
        {
            final char c = text.charAt(at++);
            if (c != '`')
            {
                name.append(c);
            }
            else if (at < text.length() && text.charAt(at) == '`')
            {
                name.append(text.charAt(at++));
            }
            else
            {
                return name.toString();
            }
        }
        throw unexpected("`");
    }

    private SqlType type()
    {
        final String name = word("a type").toUpperCase(Locale.ROOT);
        final SqlType type = switch (name)
        {
            case "STRING" -> SqlType.string();
            case "VARCHAR" -> SqlType.varchar(length(1));
            case "CHAR" -> SqlType.character(length(1));
            case "BOOLEAN" -> SqlType.of(SqlType.Kind.BOOLEAN);
            case "TINYINT" -> SqlType.of(SqlType.Kind.TINYINT);
            case "SMALLINT" -> SqlType.of(SqlType.Kind.SMALLINT);
            case "INT", "INTEGER" -> SqlType.of(SqlType.Kind.INT);
            case "BIGINT" -> SqlType.of(SqlType.Kind.BIGINT);
            case "FLOAT" -> SqlType.of(SqlType.Kind.FLOAT);
            case "DOUBLE" -> SqlType.of(SqlType.Kind.DOUBLE);
            case "DATE" -> SqlType.of(SqlType.Kind.DATE);
            case "TIMESTAMP" -> SqlType.timestamp(length(6));
            case "DECIMAL" -> decimal();
            case "ROW" -> row();
            default -> throw new IllegalArgumentException("no type " + name + " in: " + text);
        };
        return takeWord("NOT") ? notNull(type) : type;
    }

    private SqlType notNull(final SqlType type)
    {
        if (!takeWord("NULL"))
        {
            throw unexpected("NULL");
        }
        return type.withNullable(false);
    }

    private int length(final int otherwise)
    {
        if (!take('('))
        {
            return otherwise;
        }
        final int length = number();
        require(')');
        return length;
    }

    private SqlType decimal()
    {
        if (!take('('))
        {
            return SqlType.decimal(10, 0);
        }
        final int precision = number();
        final int scale = take(',') ? number() : 0;
        require(')');
        return SqlType.decimal(precision, scale);
    }

    private SqlType row()
    {
        require('<');
        final List<SqlType.Field> fields = new ArrayList<>();
        do
        {
            fields.add(field());
        }
        while (take(','));
        require('>');
        return SqlType.row(fields);
    }

    private int number()
    {
        try
        {
            return Integer.parseInt(word("a number"));
        }
        catch (final NumberFormatException e)
        {
            throw unexpected("a number");
        }
    }

    private void require(final char c)
    {
        if (!take(c))
        {
            throw unexpected("'" + c + "'");
        }
    }

    private void skipSpace()
    {
        while (at < text.length() && Character.isWhitespace(text.charAt(at)))
        {
            at++;
        }
    }

    private boolean take(final char c)
    {
        skipSpace();
        if (at < text.length() && text.charAt(at) == c)
        {
            at++;
            return true;
        }
        return false;
    }

    private boolean takeWord(final String word)
    {
        skipSpace();
        final int end = at + word.length();
        if (text.regionMatches(true, at, word, 0, word.length()) &&
            (end == text.length() || !Character.isLetterOrDigit(text.charAt(end))))
        {
            at = end;
            return true;
        }
        return false;
    }

    private String word(final String what)
    {
        skipSpace();
        final int begin = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_' ||
            text.charAt(at) == '$'))
        {
            at++;
        }
        if (begin == at)
        {
            throw unexpected(what);
        }
        return text.substring(begin, at);
    }

    private IllegalArgumentException unexpected(final String expected)
    {
        return new IllegalArgumentException("expected " + expected + " at character " + (at + 1) + " of: " + text);
    }
}

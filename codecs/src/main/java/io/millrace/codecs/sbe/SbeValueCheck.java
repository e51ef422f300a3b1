package io.millrace.codecs.sbe;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowDecoder.Problem;
import io.millrace.codecs.SqlType;
import java.util.Arrays;

/**
 * Checks the values of a message whose lengths are right: each against its type, and that none is missing.
 *
 * <p><b>Threading:</b> one thread. <b>Allocation:</b> none per message.
 */
final class SbeValueCheck
{
    /** Times beyond are refused, as in JSON: windows are reckoned from them. */
    private static final long MAX_TIME = (Long.MAX_VALUE / 86_400_000 - 1) * 86_400_000;
    private static final long NANOS_OF_MILLI = 1_000_000;

    private final SbeLayout.Column[] sent;
    /** Columns whose value can be wrong. */
    private final SbeLayout.Column[] bounded;
    /** Of them, where those lie that are milliseconds, and the others. */
    private final int[] timeOffsets;
    private final SbeLayout.Column[] boundedOtherwise;
    private final SbeLayout.Column[] required;
    private Problem problem = Problem.NONE;
    private int column = -1;

    SbeValueCheck(final SbeLayout wire)
    {
        sent = wire.columns().toArray(SbeLayout.Column[]::new);
        bounded = Arrays.stream(sent).filter(c -> isBounded(c.column().type())).toArray(SbeLayout.Column[]::new);
        timeOffsets = Arrays.stream(bounded).filter(SbeValueCheck::isMilliseconds)
            .mapToInt(SbeLayout.Column::offset).toArray();
        boundedOtherwise =
            Arrays.stream(bounded).filter(c -> !isMilliseconds(c)).toArray(SbeLayout.Column[]::new);
        required = Arrays.stream(sent).filter(c -> !c.column().type().isNullable()).toArray(SbeLayout.Column[]::new);
    }

    private static boolean isBounded(final SqlType type)
    {
        return switch (type.kind())
        {
            case BOOLEAN, DECIMAL, TIMESTAMP -> true;
            default -> false;
        };
    }

    private static boolean isMilliseconds(final SbeLayout.Column each)
    {
        final SqlType type = each.column().type();
        return type.kind() == SqlType.Kind.TIMESTAMP && type.isCompactTimestamp();
    }

    /** As {@link #areRight} where no column is NULL. */
    boolean areRightWhole(final long body)
    {
        for (final int offset : timeOffsets)
        {
            final long time = Memory.getLong(body + offset);
            if (time < -MAX_TIME || time > MAX_TIME)
            {
                return areRight(body, 0);
            }
        }
        for (final SbeLayout.Column each : boundedOtherwise)
        {
            if (!isRight(body, each))
            {
                return areRight(body, 0);
            }
        }
        return true;
    }

    /** Whether the columns of a version are right; else {@link #problem()} and {@link #column()} say what is not. */
    boolean areRight(final long body, final int version)
    {
        for (final SbeLayout.Column each : bounded)
        {
            if (each.version() <= version && !isMarked(body, each) && !isRight(body, each))
            {
                return isWrong(Problem.FIELD_TYPE, each);
            }
        }
        for (final SbeLayout.Column each : required)
        {
            if (each.version() > version || isMarked(body, each) && !isInNull(body, each))
            {
                return isWrong(Problem.FIELD_MISSING, each);
            }
        }
        return true;
    }

    private boolean isWrong(final Problem what, final SbeLayout.Column where)
    {
        problem = what;
        column = where.column().index();
        return false;
    }

    Problem problem()
    {
        return problem;
    }

    int column()
    {
        return column;
    }

    /** Whether a column, or a ROW around it, is NULL. */
    boolean isNull(final long body, final SbeLayout.Column each)
    {
        return isMarked(body, each) || isInNull(body, each);
    }

    private static boolean isMarked(final long body, final SbeLayout.Column each)
    {
        return (Memory.getByte(body + each.nullOffset()) & each.nullMask()) != 0;
    }

    /** Whether a ROW around the column is NULL. */
    private boolean isInNull(final long body, final SbeLayout.Column each)
    {
        for (int parent = each.parent(); parent >= 0; parent = sent[parent].parent())
        {
            if (isMarked(body, sent[parent]))
            {
                return true;
            }
        }
        return false;
    }

    private static boolean isRight(final long body, final SbeLayout.Column each)
    {
        final long at = body + each.offset();
        final SqlType type = each.column().type();
        return switch (type.kind())
        {
            case BOOLEAN -> (Memory.getByte(at) & ~1) == 0;
            case TIMESTAMP -> Memory.getLong(at) >= -MAX_TIME && Memory.getLong(at) <= MAX_TIME &&
                (type.isCompactTimestamp() || Integer.toUnsignedLong(Memory.getInt(at + 8)) < NANOS_OF_MILLI);
            default -> type.isCompactDecimal() ? DecimalLimits.holds(Memory.getLong(at), type.precision()) :
                DecimalLimits.holds(Memory.getLong(at), Memory.getLong(at + 8), type.precision());
        };
    }
}

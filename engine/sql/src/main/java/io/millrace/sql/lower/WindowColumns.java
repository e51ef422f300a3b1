package io.millrace.sql.lower;

import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import io.millrace.engine.plan.AggregatePlan.TumblingWindow;
import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.diagnostic.Span;
import io.millrace.sql.expr.Expr;
import io.millrace.sql.lower.Value.Property;
import io.millrace.sql.lower.Value.Scalar;
import io.millrace.sql.lower.Value.WindowColumn;
import io.millrace.sql.validate.WindowOperators;
import java.math.BigDecimal;
import java.util.List;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.type.SqlTypeFamily;

/** TUMBLE in both its forms: the window that the arguments say, over a time attribute only. */
final class WindowColumns
{
    /** Type of window start, end and time. */
    static final SqlType TIME = SqlType.timestamp(3).withNullable(false);

    private final Span span;

    WindowColumns(final Span span)
    {
        this.span = span;
    }

    /** {@code TUMBLE(time, size [, offset])} of a GROUP BY. */
    WindowColumn group(final RexCall call, final ExprLowering lowering)
    {
        final List<RexNode> operands = call.getOperands();
        return new WindowColumn(Property.GROUP, window(operands.subList(1, operands.size())),
            timeAttribute(lowering.value(operands.get(0))), -1);
    }

    boolean isProperty(final RexCall call)
    {
        final SqlOperator operator = call.getOperator();
        return operator == WindowOperators.START || operator == WindowOperators.END || operator == WindowOperators.TIME;
    }

    /** {@code TUMBLE_START(…)} and its like, of an aggregated window. */
    Value property(final RexCall call, final Value window)
    {
        if (!(window instanceof WindowColumn column) || column.first() < 0)
        {
            throw Unsupported.at(
                span, "TUMBLE_START, TUMBLE_END and TUMBLE_ROWTIME outside of GROUP BY TUMBLE", null);
        }
        if (call.getOperator() == WindowOperators.START)
        {
            return new Scalar(new Expr.Input(column.first(), TIME), false);
        }
        final boolean isEnd = call.getOperator() == WindowOperators.END;
        return new Scalar(new Expr.Input(column.first() + (isEnd ? 1 : 2), TIME), !isEnd);
    }

    /** The event time that a window is over, or the error that there is none. */
    Expr timeAttribute(final Value value)
    {
        if (value instanceof Scalar scalar && scalar.isRowtime())
        {
            return scalar.expr();
        }
        throw Unsupported.wrong(DiagnosticCode.TIME_ATTRIBUTE, span,
            "the window requires a time attribute, and this column is none",
            "its table declares one: WATERMARK FOR ts AS ts - INTERVAL '5' SECOND; any expression over that column, " +
            "CAST too, makes it an ordinary one");
    }

    /** What a row's window_start, window_end or window_time is, where rows are not grouped by it. */
    Expr ofRow(final WindowColumn column)
    {
        if (column.first() >= 0 || column.property() == Property.GROUP)
        {
            throw Unsupported.at(span, "a window itself in an expression", "ask for its start or its end");
        }
        final boolean isNullable = column.time().type().isNullable();
        final SqlType type = TIME.withNullable(isNullable);
        final Expr start = new Expr.Call("WINDOW_START", List.of(column.time(), interval(column.window().sizeMs()),
            interval(column.window().offsetMs())), type);
        return switch (column.property())
        {
            case END -> new Expr.Call("+", List.of(start, interval(column.window().sizeMs())), type);
            case TIME -> new Expr.Call("+", List.of(start, interval(column.window().sizeMs() - 1)), type);
            default -> start;
        };
    }

    private static Expr interval(final long ms)
    {
        return new Expr.Literal(SqlType.of(Kind.INTERVAL_DAY).withNullable(false), ms);
    }

    /** Size, and offset where there is one. */
    TumblingWindow window(final List<RexNode> arguments)
    {
        final long size = milliseconds(arguments.get(0), "size");
        if (size <= 0)
        {
            throw Unsupported.wrong(DiagnosticCode.INVALID, span, "a window's size must be positive", null);
        }
        final boolean hasOffset = arguments.size() > 1 && arguments.get(1).getKind() != SqlKind.DEFAULT;
        final long offset = hasOffset ? milliseconds(arguments.get(1), "offset") : 0;
        if (Math.abs(offset) >= size)
        {
            throw Unsupported.wrong(
                DiagnosticCode.INVALID, span, "a window's offset must be smaller than its size", null);
        }
        return new TumblingWindow(size, offset);
    }

    private long milliseconds(final RexNode node, final String what)
    {
        if (node instanceof RexLiteral literal && !literal.isNull() &&
            literal.getTypeName().getFamily() == SqlTypeFamily.INTERVAL_DAY_TIME)
        {
            final BigDecimal value = literal.getValueAs(BigDecimal.class);
            if (value != null && value.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE / 4)) < 0)
            {
                return Literals.interval(literal);
            }
        }
        throw Unsupported.wrong(DiagnosticCode.INVALID, span,
            "a window's " + what + " must be a constant interval of days to seconds", "INTERVAL '1' HOUR");
    }
}

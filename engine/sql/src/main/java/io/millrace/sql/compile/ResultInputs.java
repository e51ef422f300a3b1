package io.millrace.sql.compile;

import io.millrace.codecs.SqlType;
import io.millrace.sql.codegen.Code;
import io.millrace.sql.codegen.Inputs;
import io.millrace.sql.codegen.Value;
import io.millrace.sql.expr.Expr;
import io.millrace.sql.logical.Statement.AggregateCall;
import java.util.List;

/** Inputs of what follows an aggregation: keys, results, window start, end and time. */
final class ResultInputs implements Inputs
{
    private final KeyCodec keys;
    private final int keyCount;
    private final AccumulatorLayout accumulators;
    private final List<AggregateCall> calls;

    ResultInputs(
        final KeyCodec keys, final int keyCount, final AccumulatorLayout accumulators, final List<AggregateCall> calls)
    {
        this.keys = keys;
        this.keyCount = keyCount;
        this.accumulators = accumulators;
        this.calls = calls;
    }

    @Override
    public String parameters()
    {
        return "final long key, final long accumulators, final long windowStart, final long windowEnd, " +
            "final Accumulators state";
    }

    @Override
    public String arguments()
    {
        return "key, accumulators, windowStart, windowEnd, state";
    }

    @Override
    public String name(final int index)
    {
        final int call = index - keyCount;
        if (call < 0)
        {
            return "key " + (index + 1);
        }
        return call < calls.size() ? calls.get(call).function() + "(…)" :
            List.of("window_start", "window_end", "window_time").get(call - calls.size());
    }

    @Override
    public Value load(final Code code, final Expr.Input input)
    {
        final int call = input.index() - keyCount;
        if (call < 0)
        {
            return keys.load(code, input.index());
        }
        if (call < calls.size())
        {
            return AccumulatorCode.result(code, accumulators.slotOf(call), calls.get(call).type());
        }
        final SqlType type = input.type();
        return switch (call - calls.size())
        {
            case 0 -> new Value(type, "windowStart", "", Value.NEVER);
            case 1 -> new Value(type, "windowEnd", "", Value.NEVER);
            case 2 -> new Value(type, "(windowEnd - 1L)", "", Value.NEVER);
            default -> throw new IllegalArgumentException("no input " + input.index());
        };
    }
}

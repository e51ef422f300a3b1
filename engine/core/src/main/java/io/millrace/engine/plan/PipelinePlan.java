package io.millrace.engine.plan;

import io.millrace.engine.kernel.AggregateInput;
import io.millrace.engine.kernel.Projector;
import io.millrace.engine.kernel.Router;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way of one table's rows into one statement, up to its first aggregation or, without one, to its sink. A UNION
 * ALL makes several. Exactly one of {@code projector} and {@code input} is there.
 *
 * @param aggregate id of the {@link AggregatePlan} that {@code input} feeds, or −1.
 */
public record PipelinePlan(
    int id,
    int statement,
    int table,
    Supplier<Router> router,
    @Nullable Supplier<Projector> projector,
    int aggregate,
    @Nullable Supplier<AggregateInput> input)
{
}

package io.millrace.node.simulation;

import io.millrace.engine.job.StatementCounts;
import io.millrace.node.simulation.ModelJob.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Compares what a job left with what the {@link Reference} answers. */
final class Judge
{
    private static final int SHOWN = 3;

    private final ModelJob job;
    private final Reference reference;
    private final List<ModelTable> tables;
    private final List<ModelInput> inputs;

    Judge(
        final ModelJob job, final List<ModelInput> inputs, final List<Entries.Entry> entries,
        final List<ModelTable> tables)
    {
        this.job = job;
        this.tables = tables;
        this.inputs = inputs;
        reference = new Reference(job, inputs, entries);
    }

    /** Throws a {@link Violation} at the first thing that is other than it should be. */
    void check(final List<StatementCounts> counts)
    {
        for (int i = 0; i < tables.size(); i++)
        {
            final Statement statement = job.statements().get(i);
            final Reference.Answer answer = reference.of(statement);
            final ModelTable table = tables.get(i);
            final Set<String> wanted = Set.copyOf(answer.results);
            final List<String> found = table.rows().stream()
                .filter(row -> wanted.contains(row) || !table.takenBack().contains(row)).toList();
            compare(table.name(), answer.results, found, table.mayRepeat());
            if (!table.open().isEmpty())
            {
                throw new Violation(table.name() + ": nobody ended " + table.open().keySet());
            }
            if (!table.unsaid().isEmpty())
            {
                throw new Violation(table.name() + ": nobody said that these are committed: " + table.unsaid());
            }
            final StatementCounts c = counts.get(i);
            final String counted = "in " + c.in() + ", filtered " + c.filtered() + ", applied " + c.applied() +
                ", late " + c.late() + ", dead " + c.dead();
            if (!counted.equals(answer.toString()))
            {
                throw new Violation(table.name() + " counts " + counted + ", expected " + answer);
            }
        }
    }

    /** Compares the late and dead rows that are kept with those that there should be. */
    void checkSides(final SimulatedDisk disk, final FaultCounts fired)
    {
        for (int table = 0; table < inputs.size(); table++)
        {
            final String name = inputs.get(table).table();
            reference.late(table).forEach(row -> fired.add(Fault.LATE_ROW));
            reference.dead(table).forEach(row -> fired.add(Fault.DEAD_ROW));
            compare("late$" + name, reference.late(table), SideLines.of(disk, "late$" + name), false);
            compare("dlq$" + name, reference.dead(table), SideLines.of(disk, "dlq$" + name), false);
        }
        final List<String> left = disk.names().keySet().stream().filter(name -> name.endsWith(".inprogress")).toList();
        if (!left.isEmpty())
        {
            throw new Violation("nobody ended " + left);
        }
    }

    /**
     * @param mayRepeat whether a row may be there more often than it should.
     */
    static void compare(
        final String what, final List<String> expected, final List<String> found, final boolean mayRepeat)
    {
        final Map<String, Integer> difference = new TreeMap<>();
        expected.forEach(row -> difference.merge(row, -1, Integer::sum));
        final Map<String, Integer> wanted = Map.copyOf(difference);
        found.forEach(row -> difference.merge(row, 1, Integer::sum));
        difference.entrySet().removeIf(entry ->
            entry.getValue() == 0 || mayRepeat && entry.getValue() > 0 && wanted.containsKey(entry.getKey()));
        if (!difference.isEmpty())
        {
            final long lost = -difference.values().stream().filter(n -> n < 0).mapToInt(n -> n).sum();
            final long added = difference.values().stream().filter(n -> n > 0).mapToInt(n -> n).sum();
            throw new Violation(what + ": of " + expected.size() + " rows " + lost + " are lost, " + added +
                " are too many, such as " + difference.entrySet().stream().limit(SHOWN)
                .map(entry -> (entry.getValue() < 0 ? "−" : "+") + entry.getKey()).toList());
        }
    }
}

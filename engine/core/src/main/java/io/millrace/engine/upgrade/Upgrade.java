package io.millrace.engine.upgrade;

import io.millrace.engine.plan.AggregatePlan;
import io.millrace.engine.plan.JobIdentity;
import io.millrace.engine.upgrade.Verdict.Kind;
import io.millrace.engine.upgrade.Verdict.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Judges a changed job by what an earlier one said of itself: part by part, and as a whole.
 *
 * <p>Operators are found by their id; those that have none are paired with those that are gone of the same sink, in
 * order, so that a changed window or key is told from a new one. An operator goes on if its state would be the same:
 * same input, keys, window and aggregates; what is made of its results may change.
 */
public final class Upgrade
{
    private static final String NAME = "name";
    private static final String ROW = "row";
    private static final String OPTION = "option.";
    private static final String CONNECTOR = OPTION + "connector";
    private static final List<String> MEANING = List.of("input", "keys", "time", "window", "grouping", "aggregates");
    private static final String LAYOUT = "layout";
    private static final String RESULT = "result";
    private static final int MAX_SHOWN = 100;

    private final List<Verdict> verdicts = new ArrayList<>();
    private final List<Described> oldTables;
    private final List<Described> newTables;
    private final List<Described> oldOperators;
    private final List<Described> newOperators;
    private final List<Described> oldSinks;
    private final List<Described> newSinks;
    private final boolean isUnchanged;
    private final String obstacle;
    private final int[] operators;

    /** One part of one job, and its values. */
    private record Described(int index, String name, SortedMap<String, String> values)
    {
        String value(final String key)
        {
            return values.getOrDefault(key, "");
        }
    }

    /**
     * Judges.
     *
     * @param old          {@link io.millrace.engine.plan.JobPlan#identity()} of the earlier job, other values
     *                     among it are passed over.
     * @param now          that of the changed job.
     * @param isReplayable whether a table of the changed job, by name, can be read from its beginning again.
     * @param isJournalWhole whether the journal holds everything since the beginning.
     */
    public Upgrade(final SortedMap<String, String> old, final SortedMap<String, String> now,
        final Predicate<String> isReplayable, final boolean isJournalWhole)
    {
        oldTables = parts(old, JobIdentity.TABLE, NAME);
        newTables = parts(now, JobIdentity.TABLE, NAME);
        oldOperators = parts(old, JobIdentity.OPERATOR, "id");
        newOperators = parts(now, JobIdentity.OPERATOR, "id");
        oldSinks = parts(old, JobIdentity.SINK, NAME);
        newSinks = parts(now, JobIdentity.SINK, NAME);
        isUnchanged = meaning(old).equals(meaning(now));
        obstacle = obstacle(isReplayable, isJournalWhole);
        operators = new int[newOperators.size()];
        newTables.forEach(this::table);
        dropped(Part.TABLE, oldTables, newTables, "its position is forgotten");
        operators();
        newSinks.forEach(this::sink);
        dropped(Part.SINK, oldSinks, newSinks, "all its results have been delivered by then");
    }

    private static List<Described> parts(final SortedMap<String, String> values, final String kind, final String name)
    {
        final List<Described> parts = new ArrayList<>();
        for (int i = 0; values.containsKey(kind + i + "." + name); i++)
        {
            final String prefix = kind + i + ".";
            final SortedMap<String, String> own = new TreeMap<>();
            values.tailMap(prefix).entrySet().stream().takeWhile(value -> value.getKey().startsWith(prefix))
                .forEach(value -> own.put(value.getKey().substring(prefix.length()), value.getValue()));
            parts.add(new Described(i, values.getOrDefault(prefix + name, ""), own));
        }
        return parts;
    }

    /** What must be the same for a journal to be worked off by the changed job: all but options. */
    private static SortedMap<String, String> meaning(final SortedMap<String, String> values)
    {
        final SortedMap<String, String> meaning = new TreeMap<>();
        values.forEach((key, value) ->
        {
            final boolean isOwn = List.of(JobIdentity.TABLE, JobIdentity.SINK, JobIdentity.STATEMENT,
                JobIdentity.OPERATOR).stream().anyMatch(key::startsWith);
            if (isOwn && (!key.contains("." + OPTION) || key.endsWith("." + CONNECTOR) ||
                key.endsWith("." + OPTION + "format")))
            {
                meaning.put(key, value);
            }
        });
        return meaning;
    }

    /** Why the changed job can't read its input from the beginning; empty where it can. */
    private String obstacle(final Predicate<String> isReplayable, final boolean isJournalWhole)
    {
        final List<String> journaled =
            newTables.stream().map(Described::name).filter(isReplayable.negate()).toList();
        if (journaled.isEmpty())
        {
            return "";
        }
        final String subject = String.join(", ", journaled) + " can't be read again and ";
        if (!isJournalWhole)
        {
            return subject + "the journal no longer holds the beginning";
        }
        if (oldTables.size() != newTables.size())
        {
            return subject + "the journal is of other tables";
        }
        for (int i = 0; i < newTables.size(); i++)
        {
            if (!oldTables.get(i).name().equals(newTables.get(i).name()))
            {
                return subject + "the journal has table " + oldTables.get(i).name() + " where the job has " +
                    newTables.get(i).name();
            }
            if (!oldTables.get(i).value(ROW).equals(newTables.get(i).value(ROW)))
            {
                return subject + "the journal's rows of " + newTables.get(i).name() + " are (" +
                    shown(oldTables.get(i).value(ROW)) + "), the job's (" + shown(newTables.get(i).value(ROW)) + ")";
            }
        }
        return "";
    }

    private static String shown(final String value)
    {
        return value.length() <= MAX_SHOWN ? value : value.substring(0, MAX_SHOWN - 1) + "…";
    }

    private static int indexOf(final List<Described> parts, final String name)
    {
        for (final Described part : parts)
        {
            if (part.name().equals(name))
            {
                return part.index();
            }
        }
        return -1;
    }

    private void add(final Part part, final String name, final Kind kind, final List<String> reasons)
    {
        verdicts.add(new Verdict(part, name, kind, String.join("; ", reasons)));
    }

    private void addBroken(final Part part, final String name, final List<String> reasons)
    {
        final List<String> all = new ArrayList<>(reasons);
        if (!obstacle.isEmpty())
        {
            all.add(obstacle);
        }
        add(part, name, obstacle.isEmpty() ? Kind.NEEDS_REPLAY : Kind.INCOMPATIBLE, all);
    }

    private void dropped(final Part part, final List<Described> old, final List<Described> now, final String follows)
    {
        old.stream().filter(each -> indexOf(now, each.name()) < 0)
            .forEach(each -> add(part, each.name(), Kind.DROPPED, List.of(follows)));
    }

    private void table(final Described table)
    {
        final int before = indexOf(oldTables, table.name());
        if (before < 0)
        {
            add(Part.TABLE, table.name(), Kind.NEW, List.of("read from its beginning"));
            return;
        }
        final Described old = oldTables.get(before);
        final List<String> reasons = new ArrayList<>();
        if (!old.value(CONNECTOR).equals(table.value(CONNECTOR)))
        {
            reasons.add(difference("connector", old.value(CONNECTOR), table.value(CONNECTOR)) +
                ": positions of one mean nothing to the other");
            addBroken(Part.TABLE, table.name(), reasons);
            return;
        }
        for (final String key : List.of(ROW, "rowtime", "watermark"))
        {
            if (!old.value(key).equals(table.value(key)))
            {
                reasons.add(difference(key, old.value(key), table.value(key)));
            }
        }
        reasons.addAll(options(old, table));
        add(Part.TABLE, table.name(), Kind.COMPATIBLE, reasons);
    }

    private static String difference(final String what, final String old, final String now)
    {
        return what + " " + shown(old.isEmpty() ? "none" : old) + " → " + shown(now.isEmpty() ? "none" : now);
    }

    private static List<String> options(final Described old, final Described now)
    {
        final SortedMap<String, String> all = new TreeMap<>(old.values());
        all.putAll(now.values());
        return all.keySet().stream()
            .filter(key -> key.startsWith(OPTION) && !old.value(key).equals(now.value(key)))
            .map(key -> difference(key.substring(OPTION.length()), old.value(key), now.value(key))).toList();
    }

    private void sink(final Described sink)
    {
        final int before = indexOf(oldSinks, sink.name());
        if (before < 0)
        {
            add(Part.SINK, sink.name(), Kind.NEW, List.of("gets results made from now on"));
            return;
        }
        final Described old = oldSinks.get(before);
        if (!old.value(CONNECTOR).equals(sink.value(CONNECTOR)))
        {
            addBroken(Part.SINK, sink.name(), List.of(difference("connector", old.value(CONNECTOR),
                sink.value(CONNECTOR)) + ": under another name it would be a new sink"));
            return;
        }
        final List<String> reasons = new ArrayList<>();
        if (!old.value(ROW).equals(sink.value(ROW)))
        {
            reasons.add(difference("columns", old.value(ROW), sink.value(ROW)) + ", from the next row on");
        }
        reasons.addAll(options(old, sink));
        add(Part.SINK, sink.name(), Kind.COMPATIBLE, reasons);
    }

    private void operators()
    {
        Arrays.fill(operators, -1);
        final boolean[] isTaken = new boolean[oldOperators.size()];
        for (final Described operator : newOperators)
        {
            operators[operator.index()] = take(isTaken, old -> old.name().equals(operator.name()));
        }
        for (final Described operator : newOperators)
        {
            if (operators[operator.index()] < 0)
            {
                operators[operator.index()] =
                    take(isTaken, old -> sinkOf(old).equals(sinkOf(operator)));
            }
        }
        final boolean isSameList = isSameList();
        for (final Described operator : newOperators)
        {
            final int before = operators[operator.index()];
            if (before >= 0)
            {
                operator(oldOperators.get(before), operator, isSameList);
            }
            else if (isSameList || isKeyed())
            {
                add(Part.OPERATOR, operator.name(), Kind.NEW,
                    List.of("begins empty: its first windows lack rows read before"));
            }
            else
            {
                addBroken(Part.OPERATOR, operator.name(), List.of(unkeyed()));
            }
        }
        for (final Described old : oldOperators)
        {
            if (!isTaken[old.index()])
            {
                add(Part.OPERATOR, old.name(), Kind.DROPPED, List.of("its open windows are thrown away"));
            }
        }
    }

    private int take(final boolean[] isTaken, final Predicate<Described> isWanted)
    {
        for (final Described old : oldOperators)
        {
            if (!isTaken[old.index()] && isWanted.test(old))
            {
                isTaken[old.index()] = true;
                return old.index();
            }
        }
        return -1;
    }

    private static String sinkOf(final Described operator)
    {
        final int colon = operator.name().indexOf(": ");
        return colon < 0 ? operator.name() : operator.name().substring(0, colon);
    }

    private boolean isSameList()
    {
        for (int i = 0; i < operators.length; i++)
        {
            if (operators[i] != i)
            {
                return false;
            }
        }
        return operators.length == oldOperators.size();
    }

    private boolean isKeyed()
    {
        final List<Described> all = new ArrayList<>(oldOperators);
        all.addAll(newOperators);
        return all.stream().allMatch(each -> each.value("grouping").equals(AggregatePlan.Grouping.KEYED.name()));
    }

    private static String unkeyed()
    {
        return "aggregations came, went or changed places beside one without a key, whose partial results are " +
            "numbered by place";
    }

    private void operator(final Described old, final Described now, final boolean isSameList)
    {
        final List<String> reasons = new ArrayList<>();
        for (final String key : MEANING)
        {
            if (!old.value(key).equals(now.value(key)))
            {
                reasons.add(difference(key, old.value(key), now.value(key)));
            }
        }
        if (reasons.isEmpty() && !old.value(LAYOUT).equals(now.value(LAYOUT)))
        {
            reasons.add(difference("layout of this build", old.value(LAYOUT), now.value(LAYOUT)));
        }
        if (reasons.isEmpty() && !isSameList && !isKeyed())
        {
            reasons.add(unkeyed());
        }
        if (!reasons.isEmpty())
        {
            addBroken(Part.OPERATOR, now.name(), reasons);
            return;
        }
        if (!old.value(RESULT).equals(now.value(RESULT)))
        {
            reasons.add("its results change with the next window that closes");
        }
        add(Part.OPERATOR, now.name(), Kind.COMPATIBLE, reasons);
    }

    /** A verdict for each table, operator and sink of either job. */
    public List<Verdict> verdicts()
    {
        return List.copyOf(verdicts);
    }

    /** Whether the jobs are the same but for options and settings: the journal may be worked off by either. */
    public boolean isUnchanged()
    {
        return isUnchanged && isCompatible(false);
    }

    /**
     * Whether the changed job may go on from a checkpoint of the earlier one.
     *
     * @param isDropAllowed whether state of operators that are gone may be thrown away.
     */
    public boolean isCompatible(final boolean isDropAllowed)
    {
        return verdicts.stream().allMatch(verdict -> switch (verdict.kind())
        {
            case COMPATIBLE, NEW -> true;
            case DROPPED -> isDropAllowed || verdict.part() != Part.OPERATOR;
            case NEEDS_REPLAY, INCOMPATIBLE -> false;
        });
    }

    /** Why the changed job can't begin again with all of its input; empty where it can. */
    public String replayObstacle()
    {
        return obstacle;
    }

    /** Index of the earlier job's operator whose state an operator takes over, −1 where there is none. */
    int oldOperator(final int operator)
    {
        return operators[operator];
    }

    /** Index of an operator of the changed job that takes over the state of an earlier one, or −1. */
    int newOperator(final int old)
    {
        for (int i = 0; i < operators.length; i++)
        {
            if (operators[i] == old)
            {
                return i;
            }
        }
        return -1;
    }

    /** How many operators the changed job has. */
    int operatorCount()
    {
        return operators.length;
    }

    /** Index of a table of the changed job by its index in the earlier one, −1 where it is gone. */
    int newTable(final int old)
    {
        return old >= 0 && old < oldTables.size() ? indexOf(newTables, oldTables.get(old).name()) : -1;
    }

    /** Whether state is thrown away. */
    boolean isDropping()
    {
        return verdicts.stream().anyMatch(
            verdict -> verdict.part() == Part.OPERATOR && verdict.kind() == Kind.DROPPED);
    }

    /** Names of the sinks that the earlier job had and this one has not. */
    public List<String> droppedSinks()
    {
        return names(oldSinks, newSinks);
    }

    /** Names of the sinks that the earlier job had not. */
    public List<String> newSinks()
    {
        return names(newSinks, oldSinks);
    }

    private static List<String> names(final List<Described> of, final List<Described> without)
    {
        return of.stream().map(Described::name).filter(name -> indexOf(without, name) < 0).toList();
    }

    /** Values of the changed job alone, from a map that may hold others. */
    public static SortedMap<String, String> identityOf(final Map<String, String> values)
    {
        final SortedMap<String, String> identity = new TreeMap<>();
        values.forEach((key, value) ->
        {
            if (key.startsWith(JobIdentity.TABLE) || key.startsWith(JobIdentity.SINK) ||
                key.startsWith(JobIdentity.STATEMENT) || key.startsWith(JobIdentity.OPERATOR))
            {
                identity.put(key, value);
            }
        });
        return identity;
    }
}

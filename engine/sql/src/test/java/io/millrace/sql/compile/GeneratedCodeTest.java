package io.millrace.sql.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import io.millrace.engine.kernel.Kernel;
import io.millrace.engine.kernel.Projector;
import io.millrace.engine.plan.AggregatePlan;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.PipelinePlan;
import io.millrace.sql.expr.Expr;
import io.millrace.sql.logical.LogicalJob;
import io.millrace.sql.logical.SinkTable;
import io.millrace.sql.logical.SourceTable;
import io.millrace.sql.logical.Statement;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hand-built jobs: sizes of methods, pruning, and that javac accepts what Janino does. */
class GeneratedCodeTest
{
    private static final SqlType STRING = SqlType.string();
    private static final SqlType BIGINT = SqlType.of(Kind.BIGINT);
    private static final SqlType BOOL = SqlType.of(Kind.BOOLEAN);
    private static final List<SqlType.Field> FIELDS = List.of(
        new SqlType.Field("unused", STRING), new SqlType.Field("id", BIGINT), new SqlType.Field("name", STRING),
        new SqlType.Field("time", SqlType.timestamp(3)));
    private static final Expr ID = new Expr.Input(1, BIGINT);
    private static final Expr NAME = new Expr.Input(2, STRING);

    private static JobPlan project(final List<Expr> projection)
    {
        final List<SqlType.Field> sink = new ArrayList<>();
        projection.forEach(expr -> sink.add(new SqlType.Field("c" + sink.size(), expr.type())));
        final SourceTable table = new SourceTable("t", FIELDS, List.of(), null, null, Map.of());
        return JobCompiler.compile("test", new LogicalJob(Map.of(), List.of(table),
            List.of(new SinkTable("o", sink, Map.of())),
            List.of(new Statement(0, List.of(new Statement.StatelessLeg(0, null, projection))))));
    }

    private static Expr number(final long value)
    {
        return new Expr.Literal(BIGINT, value);
    }

    private static Expr text(final String value)
    {
        return new Expr.Literal(STRING, value);
    }

    private static Expr call(final String function, final SqlType type, final Expr... operands)
    {
        return new Expr.Call(function, List.of(operands), type);
    }

    private static Projector projector(final JobPlan plan)
    {
        return Objects.requireNonNull(plan.pipelines().get(0).projector()).get();
    }

    private static long row(final JobPlan plan, final long id, final String name)
    {
        final RowLayout layout = plan.tables().get(0).layout();
        final long row = Memory.allocate(1024);
        Memory.fill(row, 1024, (byte)0);
        for (final RowLayout.Column column : layout.columns())
        {
            if (column.path().equals("id"))
            {
                Memory.putLong(row + column.fixedOffset(), id);
            }
            else if (column.path().equals("name"))
            {
                final byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
                final long at = layout.varAddress(row, column.varIndex());
                Memory.putInt(at, bytes.length);
                Memory.copy(bytes, 0, at + 4, bytes.length);
            }
        }
        return row;
    }

    private static void assertAcceptedByJavac(final JobPlan plan, final Path folder)
    {
        final List<JavaFileObject> units = new ArrayList<>();
        final List<Supplier<?>> factories = new ArrayList<>();
        plan.tables().forEach(table -> factories.add(table.kernel()));
        for (final PipelinePlan pipeline : plan.pipelines())
        {
            factories.add(pipeline.router());
            if (pipeline.projector() != null)
            {
                factories.add(pipeline.projector());
            }
            if (pipeline.input() != null)
            {
                factories.add(pipeline.input());
            }
        }
        plan.aggregates().forEach(aggregate -> factories.add(aggregate.output()));
        for (final Supplier<?> factory : factories)
        {
            final KernelFactory<?> kernel = (KernelFactory<?>)factory;
            final String path = kernel.className().replace('.', '/') + ".java";
            units.add(new SimpleJavaFileObject(URI.create("string:///" + path), JavaFileObject.Kind.SOURCE)
            {
                @Override
                public CharSequence getCharContent(final boolean ignoreEncodingErrors)
                {
                    return kernel.source();
                }
            });
        }
        final StringBuilder problems = new StringBuilder();
        final JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        final boolean isAccepted = javac.getTask(null, null, problem -> problems.append(problem).append('\n'),
            List.of("-d", folder.toString(), "-proc:none"), null, units).call();
        assertTrue(isAccepted, problems.toString());
    }

    @Test
    void shouldKeepMethodsSmallWhenCaseHas600Branches(@TempDir final Path folder)
    {
        final List<Expr.When> whens = new ArrayList<>();
        for (int i = 0; i < 600; i++)
        {
            whens.add(new Expr.When(call("AND", BOOL, call("=", BOOL, ID, number(i)),
                call("LIKE", BOOL, NAME, text("%n_" + i % 7 + "%"))), call("CONCAT", STRING, NAME, text("-" + i))));
        }
        final JobPlan plan = project(List.of(new Expr.Case(whens, text("none"), STRING)));
        final Projector projector = projector(plan);
        final RowLayout layout = plan.sinks().get(0).layout();
        final long out = Memory.allocate(1024);
        for (final int id : new int[]{0, 299, 599, 600})
        {
            final long row = row(plan, id, "nn" + id % 7 + "x");
            assertTrue(projector.project(row, out, 1024) > 0);
            final long at = layout.varAddress(out, 0);
            final byte[] bytes = new byte[Memory.getInt(at)];
            Memory.copy(at + 4, bytes, 0, bytes.length);
            assertEquals(id < 600 ? "nn" + id % 7 + "x-" + id : "none", new String(bytes,
                StandardCharsets.UTF_8));
            Memory.free(row);
        }
        Memory.free(out);
        projector.close();
        assertAcceptedByJavac(plan, folder);
    }

    @Test
    void shouldWriteEveryColumnWhenThereAre200(@TempDir final Path folder)
    {
        final List<Expr> projection = new ArrayList<>();
        for (int i = 0; i < 200; i++)
        {
            projection.add(i % 2 == 0 ? call("+", BIGINT, ID, number(i)) :
                call("||", STRING, call("UPPER", STRING, NAME), text("" + i)));
        }
        final JobPlan plan = project(projection);
        final Projector projector = projector(plan);
        final RowLayout layout = plan.sinks().get(0).layout();
        final long row = row(plan, 1000, "abc");
        final long out = Memory.allocate(8192);
        final int length = projector.project(row, out, 8192);
        assertEquals(layout.rowLength(out), length);
        assertEquals(1198, Memory.getLong(out + layout.columns().get(198).fixedOffset()));
        final long at = layout.varAddress(out, 99);
        assertEquals(6, Memory.getInt(at));
        assertEquals('A', Memory.getByte(at + 4));
        assertEquals(Projector.FULL, projector.project(row, out, length - 1));
        assertAcceptedByJavac(plan, folder);
    }

    @Test
    void shouldFindExactlyTheMembersWhenStringsDifferInLength()
    {
        final List<List<String>> sets = List.of(List.of("page_view", "click", "scroll"), List.of("a", "ab", "abcdefgh"),
            List.of("abcdefghi", "abcdefghijklmnop", "abcdefgh", "b"));
        final List<String> names = List.of("", "a", "b", "ab", "abc", "abcdefg", "abcdefgh", "abcdefgx", "abcdefghi",
            "abcdefghij", "abcdefghijklmnop", "abcdefghijklmnox", "abcdefghijklmnopq", "page_view", "page_vieW",
            "click", "clicK", "scroll", "scrollx", "xage_view");
        for (final List<String> set : sets)
        {
            final JobPlan plan = project(List.of(new Expr.In(NAME,
                set.stream().map(member -> new Expr.Literal(STRING, member)).toList(), BOOL)));
            final Projector projector = projector(plan);
            final RowLayout layout = plan.sinks().get(0).layout();
            final long out = Memory.allocate(1024);
            for (final String name : names)
            {
                final long row = row(plan, 0, name);
                final long end = plan.tables().get(0).layout().varAddress(row, 0) + 4 + name.length();
                for (final byte behind : new byte[]{0, 'a', -1})
                {
                    Memory.fill(end, 32, behind);
                    assertTrue(projector.project(row, out, 1024) > 0);
                    assertEquals(set.contains(name) ? 1 : 0,
                        Memory.getByte(out + layout.columns().get(0).fixedOffset()), name + " IN " + set);
                }
                Memory.free(row);
            }
            Memory.free(out);
            projector.close();
        }
    }

    @Test
    void shouldPruneColumnsWhenNothingReadsThem()
    {
        final JobPlan plan = project(List.of(ID));
        assertEquals(List.of("id"), plan.tables().get(0).layout().columns().stream().map(c -> c.path()).toList());
    }

    @Test
    void shouldLayOutSeedJobInOneLineWhenKeyIsOneString(@TempDir final Path folder)
    {
        final Expr time = new Expr.Input(3, SqlType.timestamp(3));
        final SourceTable table = new SourceTable("t", FIELDS, List.of(), time, time, Map.of());
        final Expr filter = new Expr.In(NAME, List.of(new Expr.Literal(STRING, "page_view"),
            new Expr.Literal(STRING, "click"), new Expr.Literal(STRING, "scroll")), BOOL);
        final SqlType count = BIGINT.withNullable(false);
        final SqlType edge = SqlType.timestamp(3).withNullable(false);
        final Statement.AggregateLeg leg = new Statement.AggregateLeg(
            new AggregatePlan.TumblingWindow(3_600_000, 0), List.of(STRING),
            List.of(new Statement.AggregateCall(Statement.AggregateCall.Function.COUNT, -1, false, -1, count),
                new Statement.AggregateCall(Statement.AggregateCall.Function.COUNT, 0, true, -1, count)),
            List.of(new Statement.Branch(0, filter, time, List.of(NAME), List.of(NAME))), null,
            List.of(new Expr.Input(0, STRING), new Expr.Input(1, count), new Expr.Input(2, count),
                new Expr.Input(3, edge), new Expr.Input(4, edge)));
        final JobPlan plan = JobCompiler.compile("seed", new LogicalJob(Map.of(), List.of(table),
            List.of(new SinkTable("o", List.of(new SqlType.Field("name", STRING), new SqlType.Field("n", BIGINT),
                new SqlType.Field("d", BIGINT), new SqlType.Field("s", SqlType.timestamp(3)),
                new SqlType.Field("e", SqlType.timestamp(3))), Map.of())),
            List.of(new Statement(0, List.of(leg)))));
        final AggregatePlan aggregate = plan.aggregates().get(0);
        assertEquals(16, aggregate.keyInlineLength());
        assertEquals(64, 8 + aggregate.keyInlineLength() + aggregate.accumulatorLength());
        assertEquals(32, aggregate.distinctSets().get(0).slotLength());
        final var router = plan.pipelines().get(0).router().get();
        final var input = Objects.requireNonNull(plan.pipelines().get(0).input()).get();
        final long key = Memory.allocate(256);
        for (final String name : List.of("click", "scroll", "page_view", "other", ""))
        {
            final long row = row(plan, 0, name);
            final int group = router.route(row);
            if (name.equals("other") || name.isEmpty())
            {
                assertEquals(Kernel.FILTERED, group);
            }
            else
            {
                final int length = input.key(row, key, 256);
                assertEquals((int)(Memory.hash(key, length) >>> 56), group);
            }
            Memory.free(row);
        }
        assertAcceptedByJavac(plan, folder);
    }
}

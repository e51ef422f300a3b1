package io.millrace.perf.flink;

import io.millrace.perf.flink.OracleFile.Answer;
import java.io.Serial;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.runtime.typeutils.ExternalTypeInfo;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Asks real Flink for the type and the values of every expression of a list over a few input rows.
 *
 * <p>Some expressions are a pipeline: a source of the rows, a function that hands one row on and catches what the rest
 * of the chain throws, Flink's generated projection, and a recorder; many pipelines make one job. So a row whose
 * evaluation fails is known as such, and the rows after it are still evaluated; expressions of a pipeline in which a
 * row fails are divided among several and asked again.
 *
 * <p><b>Errors:</b> what Flink refuses to plan is recorded as {@code REFUSED:} with its message.
 */
public final class FunctionOracle
{
    private static final int PIPELINES_PER_JOB = 30;
    private static final int EXPRESSIONS_PER_PIPELINE = 20;
    static final String COLUMNS = """
        id INT, b BOOLEAN, b2 BOOLEAN, ti TINYINT, si SMALLINT, i INT, i2 INT, l BIGINT, l2 BIGINT, f FLOAT,
        d DOUBLE, d2 DOUBLE, d10 DECIMAL(10,2), d10b DECIMAL(10,2), d18 DECIMAL(18,6), d38 DECIMAL(38,10),
        s STRING, s2 STRING, v5 VARCHAR(5), c3 CHAR(3), snum STRING, sts STRING, sb STRING, dt DATE, dt2 DATE,
        t0 TIMESTAMP(0), t3 TIMESTAMP(3), t3b TIMESTAMP(3), t6 TIMESTAMP(6), t9 TIMESTAMP(9),
        r ROW<a INT, s STRING, n ROW<x DOUBLE, d DATE>>""";
    /** What the recorders saw: answers by expression and row. Pipelines run in this process. */
    private static final Map<Long, String> ANSWERS = new ConcurrentHashMap<>();

    private final StreamExecutionEnvironment environment;
    private final StreamTableEnvironment tables;
    private final List<Row> rows;
    private final Schema schema;
    private final TypeInformation<Row> rowType;
    private int viewCount;

    private FunctionOracle(final Path input) throws Exception
    {
        environment = StreamExecutionEnvironment.getExecutionEnvironment(JudgeEnvironment.configuration());
        environment.getConfig().enableObjectReuse();
        tables = StreamTableEnvironment.create(environment);
        tables.executeSql("CREATE TEMPORARY TABLE input (" + COLUMNS + ") WITH ('connector'='filesystem','path'='" +
            input.toAbsolutePath() + "','format'='json')");
        final Table table = tables.from("input");
        rows = JudgeEnvironment.rows(table);
        schema = Schema.newBuilder().fromResolvedSchema(table.getResolvedSchema()).build();
        rowType = ExternalTypeInfo.of(table.getResolvedSchema().toSourceRowDataType());
    }

    /** Writes the answers: {@code FunctionOracle EXPRESSIONS-OR-- INPUT OUTPUT}; {@code -} is the list kept here. */
    public static void main(final String[] args) throws Exception
    {
        final List<String> expressions = OracleFile.expressions(args[0], "/oracle/functions.txt");
        final List<Answer> answers = new FunctionOracle(Path.of(args[1])).evaluate(expressions);
        OracleFile.write(Path.of(args[2]), List.of(
            "What Apache Flink 2.3.0 answers: expression, type, then one value for each row of function-input.jsonl.",
            COLUMNS.replaceAll("\\s+", " ")), answers);
        System.exit(0);
    }

    private List<Answer> evaluate(final List<String> expressions)
    {
        final Answer[] answers = new Answer[expressions.size()];
        final List<Integer> planned = new ArrayList<>();
        for (int i = 0; i < answers.length; i++)
        {
            answers[i] = plan(expressions.get(i));
            if (!answers[i].isRefused())
            {
                planned.add(i);
            }
        }
        final List<List<Integer>> pipelines = new ArrayList<>();
        for (int from = 0; from < planned.size(); from += EXPRESSIONS_PER_PIPELINE)
        {
            pipelines.add(planned.subList(from, Math.min(planned.size(), from + EXPRESSIONS_PER_PIPELINE)));
        }
        runAll(pipelines, answers);
        return Arrays.asList(answers);
    }

    /** A failing row fails in every expression of its pipeline. */
    private static boolean hasFailed(final int index, final Answer[] answers)
    {
        return answers[index].isRefused() || answers[index].values().isEmpty() ||
            answers[index].values().stream().anyMatch((String value) -> value.startsWith("ERROR:"));
    }

    private void runAll(final List<List<Integer>> pipelines, final Answer[] answers)
    {
        for (int from = 0; from < pipelines.size(); from += PIPELINES_PER_JOB)
        {
            final int to = Math.min(pipelines.size(), from + PIPELINES_PER_JOB);
            run(pipelines.subList(from, to), answers);
            System.err.println(to + " of " + pipelines.size() + " pipelines");
        }
        final List<List<Integer>> again = new ArrayList<>();
        for (final List<Integer> pipeline : pipelines)
        {
            final int part = Math.max(1, pipeline.size() / 4);
            for (int from = 0; pipeline.size() > 1 && hasFailed(pipeline.get(0), answers) && from < pipeline.size();
                from += part)
            {
                again.add(pipeline.subList(from, Math.min(pipeline.size(), from + part)));
            }
        }
        if (!again.isEmpty())
        {
            runAll(again, answers);
        }
    }

    private Answer plan(final String expression)
    {
        try
        {
            final Table table = tables.sqlQuery("SELECT " + expression + " FROM input");
            return new Answer(expression,
                table.getResolvedSchema().getColumnDataTypes().get(0).getLogicalType().asSummaryString(), List.of());
        }
        catch (final Exception | AssertionError | StackOverflowError e)
        {
            return Answer.refused(expression, e);
        }
    }

    /** Runs pipelines as one job; when the job itself fails, halves of them, down to the one that is at fault. */
    private void run(final List<List<Integer>> pipelines, final Answer[] answers)
    {
        final List<List<Integer>> running = new ArrayList<>();
        for (final List<Integer> indexes : pipelines)
        {
            try
            {
                pipeline(indexes, answers);
                running.add(indexes);
            }
            catch (final Exception | AssertionError e)
            {
                refuse(indexes, answers, Answer.refused("", e));
            }
        }
        if (running.isEmpty())
        {
            return;
        }
        try
        {
            environment.execute();
        }
        catch (final Exception e)
        {
            if (running.size() == 1)
            {
                refuse(running.get(0), answers, Answer.failed("", e));
                return;
            }
            final int half = running.size() / 2;
            run(List.copyOf(running.subList(0, half)), answers);
            run(List.copyOf(running.subList(half, running.size())), answers);
            return;
        }
        running.forEach((List<Integer> indexes) -> indexes.forEach((Integer index) -> keep(index, answers)));
    }

    /** Of an expression alone the reason is known; several are left without values. */
    private static void refuse(final List<Integer> indexes, final Answer[] answers, final Answer reason)
    {
        if (indexes.size() == 1)
        {
            answers[indexes.get(0)] = new Answer(answers[indexes.get(0)].expression(), reason.type(), List.of());
        }
    }

    private void keep(final int index, final Answer[] answers)
    {
        final List<String> values = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++)
        {
            final @Nullable String value = ANSWERS.get(key(index, row));
            if (value == null)
            {
                throw new IllegalStateException(answers[index].expression() + " has no answer for row " + row);
            }
            values.add(value);
        }
        answers[index] = new Answer(answers[index].expression(), answers[index].type(), values);
    }

    private void pipeline(final List<Integer> indexes, final Answer[] answers)
    {
        final DataStream<Row> source =
            environment.fromData(rows, rowType).process(new Isolation(indexes)).returns(rowType);
        final String view = "input" + viewCount++;
        tables.createTemporaryView(view, tables.fromDataStream(source, schema));
        final StringBuilder select = new StringBuilder();
        for (final int index : indexes)
        {
            select.append(select.isEmpty() ? "SELECT " : ", ").append(answers[index].expression()).append(" AS c")
                .append(index);
        }
        tables.toDataStream(tables.sqlQuery(select + " FROM " + view))
            .map(new Recorder(indexes)).returns(Integer.class).sinkTo(new DiscardingSink<>());
        tables.dropTemporaryView(view);
    }

    private static long key(final int expression, final int row)
    {
        return (long)expression << 32 | row;
    }

    /** Hands rows on and notes which of them made the rest of the chain throw. */
    private static final class Isolation extends ProcessFunction<Row, Row>
    {
        @Serial
        private static final long serialVersionUID = 1L;
        private final ArrayList<Integer> indexes;
        private int row;

        Isolation(final List<Integer> indexes)
        {
            this.indexes = new ArrayList<>(indexes);
        }

        @Override
        public void processElement(final Row value, final Context context, final Collector<Row> out)
        {
            CURRENT.set(row);
            try
            {
                out.collect(Row.copy(value));
            }
            catch (final RuntimeException e)
            {
                indexes.forEach((Integer index) ->
                    ANSWERS.put(key(index, row), "ERROR:" + Rendering.root(e).getClass().getSimpleName()));
            }
            row++;
        }
    }

    /** The row that this task thread has under way; the chain runs in one thread. */
    private static final ThreadLocal<Integer> CURRENT = ThreadLocal.withInitial(() -> -1);

    /** Keeps the columns of a result. */
    private static final class Recorder implements MapFunction<Row, Integer>
    {
        @Serial
        private static final long serialVersionUID = 1L;
        private final ArrayList<Integer> indexes;

        Recorder(final List<Integer> indexes)
        {
            this.indexes = new ArrayList<>(indexes);
        }

        @Override
        public Integer map(final Row value)
        {
            if (value.getKind() != RowKind.INSERT || CURRENT.get() < 0)
            {
                throw new IllegalStateException("the pipeline is not one chain");
            }
            for (int i = 0; i < indexes.size(); i++)
            {
                ANSWERS.put(key(indexes.get(i), CURRENT.get()), Rendering.text(value.getField(i)));
            }
            return 0;
        }
    }
}

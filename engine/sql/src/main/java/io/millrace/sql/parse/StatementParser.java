package io.millrace.sql.parse;

import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.diagnostic.DiagnosticException;
import io.millrace.sql.diagnostic.Span;
import io.millrace.sql.parse.ParsedStatement.CreateTable;
import io.millrace.sql.parse.ParsedStatement.CreateView;
import io.millrace.sql.parse.ParsedStatement.Drop;
import io.millrace.sql.parse.ParsedStatement.Insert;
import io.millrace.sql.parse.ParsedStatement.Like;
import io.millrace.sql.parse.ParsedStatement.ParsedColumn;
import io.millrace.sql.parse.ParsedStatement.ParsedOption;
import io.millrace.sql.parse.ParsedStatement.ParsedWatermark;
import io.millrace.sql.parse.ParsedStatement.SetOption;
import io.millrace.sql.parse.ParsedStatement.UseDefault;
import io.millrace.sql.parse.ScriptSplitter.Piece;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.config.Lex;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.flink.sql.parser.ddl.SqlDropObject;
import org.apache.flink.sql.parser.ddl.SqlReset;
import org.apache.flink.sql.parser.ddl.SqlSet;
import org.apache.flink.sql.parser.ddl.SqlTableColumn;
import org.apache.flink.sql.parser.ddl.SqlTableColumn.SqlComputedColumn;
import org.apache.flink.sql.parser.ddl.SqlTableColumn.SqlRegularColumn;
import org.apache.flink.sql.parser.ddl.SqlUseDatabase;
import org.apache.flink.sql.parser.ddl.catalog.SqlUseCatalog;
import org.apache.flink.sql.parser.ddl.constraint.SqlTableConstraint;
import org.apache.flink.sql.parser.ddl.table.SqlCreateTable;
import org.apache.flink.sql.parser.ddl.table.SqlCreateTableAs;
import org.apache.flink.sql.parser.ddl.table.SqlCreateTableLike;
import org.apache.flink.sql.parser.ddl.table.SqlDropTable;
import org.apache.flink.sql.parser.ddl.view.SqlCreateView;
import org.apache.flink.sql.parser.ddl.view.SqlDropView;
import org.apache.flink.sql.parser.dml.RichSqlInsert;
import org.apache.flink.sql.parser.dml.SqlExecute;
import org.apache.flink.sql.parser.error.SqlValidateException;
import org.apache.flink.sql.parser.impl.FlinkSqlParserImpl;
import org.apache.flink.sql.parser.validate.FlinkSqlConformance;
import org.jspecify.annotations.Nullable;

/** Flink's parser, and the one place that knows its statements. Errors come out as {@link DiagnosticException}. */
public final class StatementParser
{
    static final SqlParser.Config CONFIG = SqlParser.config()
        .withParserFactory(FlinkSqlParserImpl.FACTORY)
        .withLex(Lex.JAVA)
        .withUnquotedCasing(Casing.UNCHANGED)
        .withConformance(FlinkSqlConformance.DEFAULT)
        .withIdentifierMaxLength(256);

    static
    {
        // Flink's parser brings Calcite classes of its own, which those of Calcite must not shadow.
        if (Arrays.stream(SqlTypeName.values()).noneMatch(type -> "VARIANT".equals(type.name())))
        {
            throw new IllegalStateException("calcite-core comes before flink-sql-parser on the class path");
        }
    }

    private static final String QUERY = "a query without INSERT INTO";

    private StatementParser()
    {
    }

    public static ParsedStatement parse(final Piece piece)
    {
        return statement(node(piece), piece);
    }

    private static SqlNode node(final Piece piece)
    {
        try
        {
            return SqlParser.create(piece.text(), CONFIG).parseStmt();
        }
        catch (final SqlParseException e)
        {
            throw e.getCause() instanceof StackOverflowError ? tooDeep(piece) :
                new DiagnosticException(SyntaxErrors.of(e, piece));
        }
        catch (final CalciteContextException e)
        {
            throw invalid(new Span(Math.max(1, e.getPosLine()), Math.max(1, e.getPosColumn()),
                Math.max(1, e.getEndPosLine()), Math.max(1, e.getEndPosColumn())), messageOf(e));
        }
        catch (final StackOverflowError e)
        {
            throw tooDeep(piece);
        }
        catch (final RuntimeException | LinkageError | AssertionError e)
        {
            throw invalid(piece.span(),
                "Flink's parser does not take this statement" + (e.getMessage() == null ? "" : ": " + e.getMessage()));
        }
    }

    private static DiagnosticException tooDeep(final Piece piece)
    {
        return new DiagnosticException(Diagnostic.error(
            DiagnosticCode.LIMIT, piece.span(), "this statement is nested too deep", "split it into views"));
    }

    private static String messageOf(final CalciteContextException e)
    {
        final Throwable cause = e.getCause();
        return String.valueOf(cause == null ? e.getMessage() : cause.getMessage());
    }

    private static DiagnosticException invalid(final Span span, final String message)
    {
        return new DiagnosticException(Diagnostic.error(DiagnosticCode.SYNTAX, span, message, null));
    }

    private static ParsedStatement statement(final SqlNode node, final Piece piece)
    {
        final Span span = piece.span();
        if (node instanceof SqlExecute execute)
        {
            return statement(execute.getStatement(), piece);
        }
        if (node instanceof SqlSet set && set.getKey() != null)
        {
            return new SetOption(set.getKeyString(), set.getValueString(), span);
        }
        if (node instanceof RichSqlInsert insert)
        {
            return insert(insert, piece);
        }
        if (node instanceof SqlCreateView view)
        {
            return new CreateView(simpleName(view.getName()), Positions.of(view.getName()),
                identifiers(view.getFieldList()), view.getQuery(), view.isIfNotExists(), span);
        }
        if (node instanceof SqlCreateTable table && !(node instanceof SqlCreateTableAs))
        {
            return table(table, piece);
        }
        if (node instanceof SqlUseCatalog use && use.catalogName().equals(TableName.CATALOG) ||
            node instanceof SqlUseDatabase database && TableName.isPath(List.of(database.fullDatabaseName())))
        {
            return new UseDefault(span);
        }
        if (node instanceof SqlDropTable || node instanceof SqlDropView)
        {
            final SqlDropObject drop = (SqlDropObject)node;
            final SqlIdentifier name = (SqlIdentifier)drop.getOperandList().get(0);
            return new Drop(
                simpleName(name), Positions.of(name), drop instanceof SqlDropView, drop.getIfExists(), span);
        }
        throw new DiagnosticException(unsupported(node, piece));
    }

    private static Diagnostic unsupported(final SqlNode node, final Piece piece)
    {
        final Span first = piece.tokens().get(0).span();
        final String what = whatIs(node, piece);
        return Diagnostic.unsupported(first, what, what.equals(QUERY) ?
            "INSERT INTO a table whose 'connector' is 'print': its rows come out on standard output" : null);
    }

    private static String whatIs(final SqlNode node, final Piece piece)
    {
        if (node instanceof SqlSet || node instanceof SqlReset)
        {
            return "SET without a key, and RESET";
        }
        if (node instanceof SqlCreateTableAs)
        {
            return "CREATE TABLE … AS";
        }
        final StringBuilder words = new StringBuilder();
        for (final Token token : piece.tokens().subList(0, Math.min(2, piece.tokens().size())))
        {
            words.append(words.isEmpty() ? "" : " ").append(
                token.kind() == Token.Kind.WORD ? token.text().toUpperCase(Locale.ROOT) : token.text());
        }
        return words.toString().startsWith("SELECT") || words.toString().startsWith("WITH") ?
            QUERY : words.toString();
    }

    private static ParsedStatement insert(final RichSqlInsert insert, final Piece piece)
    {
        final Span start = piece.tokens().get(0).span();
        if (insert.isOverwrite())
        {
            throw new DiagnosticException(Diagnostic.unsupported(start, "INSERT OVERWRITE"));
        }
        if (!insert.getStaticPartitions().isEmpty())
        {
            throw new DiagnosticException(Diagnostic.unsupported(start, "INSERT … PARTITION"));
        }
        if (!(insert.getTargetTableID() instanceof SqlIdentifier target))
        {
            throw new DiagnosticException(Diagnostic.unsupported(start, "this target of INSERT"));
        }
        final SqlNodeList hints = insert.getTableHints() == null ? SqlNodeList.EMPTY : insert.getTableHints();
        return new Insert(simpleName(target), Positions.of(target), OptionsHint.of(hints),
            identifiers(insert.getTargetColumnList()), insert.getSource(), piece.span());
    }

    private static ParsedStatement table(final SqlCreateTable table, final Piece piece)
    {
        try
        {
            table.validate();
        }
        catch (final SqlValidateException e)
        {
            throw new DiagnosticException(Diagnostic.error(DiagnosticCode.INVALID,
                e.getErrorPosition() == null ? Positions.of(table.getName()) : Positions.of(e.getErrorPosition()),
                String.valueOf(e.getMessage()), null));
        }
        if (!table.getPartitionKeyList().isEmpty())
        {
            throw new DiagnosticException(Diagnostic.unsupported(Positions.of(table.getName()), "PARTITIONED BY"));
        }
        if (table.getDistribution() != null)
        {
            throw new DiagnosticException(Diagnostic.unsupported(Positions.of(table.getName()), "DISTRIBUTED BY"));
        }
        final List<ParsedColumn> columns = new ArrayList<>();
        final List<SqlIdentifier> primaryKey = new ArrayList<>();
        for (final SqlNode column : table.getColumnList())
        {
            columns.add(column((SqlTableColumn)column, piece));
        }
        for (final SqlTableConstraint constraint : table.getFullConstraints())
        {
            primaryKey.addAll(identifiers(constraint.getColumns()));
        }
        final ParsedWatermark watermark = table.getWatermark()
            .map(w -> new ParsedWatermark(w.getEventTimeColumnName(), w.getWatermarkStrategy())).orElse(null);
        final Like like = table instanceof SqlCreateTableLike clause ? LikeClause.of(
            clause.getTableLike(), simpleName(clause.getTableLike().getSourceTable())) : null;
        return new CreateTable(simpleName(table.getName()), Positions.of(table.getName()), columns, watermark,
            options(piece), primaryKey, like, table.isIfNotExists(), piece.span());
    }

    private static ParsedColumn column(final SqlTableColumn column, final Piece piece)
    {
        final Span nameSpan = Positions.of(column.getName());
        if (!column.getName().isSimple())
        {
            throw invalid(nameSpan, "a column's name has one part, and not '" + column.getName() + "'");
        }
        if (column instanceof SqlRegularColumn regular)
        {
            return new ParsedColumn(
                column.getName().getSimple(), nameSpan, regular.getType(), behind(nameSpan, piece), null);
        }
        if (column instanceof SqlComputedColumn computed)
        {
            return new ParsedColumn(column.getName().getSimple(), nameSpan, null, nameSpan, computed.getExpr());
        }
        throw new DiagnosticException(Diagnostic.unsupported(nameSpan, "a METADATA column"));
    }

    /** The word behind a column's name: the parser's own place of a type is its end. */
    private static Span behind(final Span name, final Piece piece)
    {
        final List<Token> tokens = piece.tokens();
        for (int i = 0; i + 1 < tokens.size(); i++)
        {
            if (tokens.get(i).span().line() == name.line() && tokens.get(i).span().column() == name.column())
            {
                return tokens.get(i + 1).span();
            }
        }
        return name;
    }

    /** The WITH clause from the tokens, which know where each key and value stands. */
    private static List<ParsedOption> options(final Piece piece)
    {
        final List<ParsedOption> options = new ArrayList<>();
        final List<Token> tokens = piece.tokens();
        for (int i = 0; i + 2 < tokens.size(); i++)
        {
            final Token before = i == 0 ? tokens.get(0) : tokens.get(i - 1);
            if (tokens.get(i).kind() == Token.Kind.STRING && tokens.get(i + 1).isSymbol("=") &&
                tokens.get(i + 2).kind() == Token.Kind.STRING && (before.isSymbol("(") || before.isSymbol(",")) &&
                isInWith(tokens, i))
            {
                options.add(new ParsedOption(tokens.get(i).text(), tokens.get(i).span(), tokens.get(i + 2).text(),
                    tokens.get(i + 2).span()));
            }
        }
        return options;
    }

    private static boolean isInWith(final List<Token> tokens, final int index)
    {
        for (int i = index; i > 0; i--)
        {
            if (tokens.get(i).isSymbol("("))
            {
                return tokens.get(i - 1).isWord("WITH");
            }
        }
        return false;
    }

    private static String simpleName(final SqlIdentifier name)
    {
        final String simple = TableName.of(name);
        if (simple == null)
        {
            throw new DiagnosticException(Diagnostic.unsupported(
                Positions.of(name), TableName.ELSEWHERE, TableName.HINT));
        }
        return simple;
    }

    private static List<SqlIdentifier> identifiers(final @Nullable SqlNodeList nodes)
    {
        final List<SqlIdentifier> identifiers = new ArrayList<>();
        if (nodes != null)
        {
            for (final SqlNode node : nodes)
            {
                if (node instanceof SqlIdentifier identifier)
                {
                    identifiers.add(identifier);
                }
            }
        }
        return identifiers;
    }
}

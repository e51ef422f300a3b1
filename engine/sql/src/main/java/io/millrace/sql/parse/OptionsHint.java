package io.millrace.sql.parse;

import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.diagnostic.DiagnosticException;
import io.millrace.sql.diagnostic.Span;
import io.millrace.sql.parse.ParsedStatement.ParsedOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.sql.SqlHint;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;

/** A hint behind the name of a table, by which one statement uses the table with other options. */
public final class OptionsHint
{
    private static final String NAME = "OPTIONS";

    private OptionsHint()
    {
    }

    /**
     * The options that hints behind a table name.
     *
     * @throws DiagnosticException where one is no {@code OPTIONS('key'='value', …)}.
     */
    public static List<ParsedOption> of(final SqlNodeList hints)
    {
        final List<ParsedOption> options = new ArrayList<>();
        for (final SqlNode node : hints)
        {
            final SqlHint hint = (SqlHint)node;
            if (!hint.getName().equalsIgnoreCase(NAME) ||
                hint.getOptionFormat() != SqlHint.HintOptionFormat.KV_LIST)
            {
                throw new DiagnosticException(Diagnostic.unsupported(Positions.of(hint.getOperandList().get(0)),
                    "the hint " + hint.getName(), "OPTIONS('key'='value') gives a table other options"));
            }
            final List<SqlNode> texts = ((SqlNodeList)hint.getOperandList().get(1)).getList();
            for (int i = 0; i + 1 < texts.size(); i += 2)
            {
                options.add(new ParsedOption(text(texts.get(i)), place(texts.get(i), hint),
                    text(texts.get(i + 1)), place(texts.get(i + 1), hint)));
            }
        }
        return options;
    }

    /** Whether both say the same. */
    public static boolean isSame(final List<ParsedOption> left, final List<ParsedOption> right)
    {
        return byKey(left).equals(byKey(right));
    }

    private static Map<String, String> byKey(final List<ParsedOption> options)
    {
        final Map<String, String> byKey = new HashMap<>();
        options.forEach(option -> byKey.put(option.key(), option.value()));
        return byKey;
    }

    private static String text(final SqlNode node)
    {
        return node instanceof SqlLiteral literal ? String.valueOf(literal.toValue()) : node.toString();
    }

    private static Span place(final SqlNode node, final SqlHint hint)
    {
        return Positions.of(node).isInText() ? Positions.of(node) : Positions.of(hint);
    }
}

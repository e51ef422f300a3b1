package io.millrace.sql.parse;

import io.millrace.engine.Suggestion;
import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.parse.ScriptSplitter.Piece;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.calcite.sql.parser.SqlAbstractParserImpl;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;
import org.jspecify.annotations.Nullable;

/**
 * A syntax error in a user's words: the parser says where it could not go on, the words around say what was meant. The
 * place is that of the mistake where it is known: of the misspelt word, the open parenthesis, the comma too many.
 */
final class SyntaxErrors
{
    /** Words that a misspelt word may have been meant as. */
    private static final Set<String> KEYWORDS = new TreeSet<>(Set.of(
        "SELECT", "FROM", "WHERE", "GROUP", "BY", "HAVING", "INSERT", "INTO", "CREATE", "TABLE", "VIEW", "TEMPORARY",
        "WITH", "WATERMARK", "FOR", "AS", "UNION", "ALL", "DISTINCT", "CASE", "WHEN", "THEN", "ELSE", "END", "AND",
        "OR", "NOT", "NULL", "BETWEEN", "LIKE", "IN", "IS", "CAST", "INTERVAL", "SECOND", "MINUTE", "HOUR", "DAY",
        "MONTH", "YEAR", "DESCRIPTOR", "TUMBLE", "FILTER", "STRING", "BIGINT", "TIMESTAMP", "BOOLEAN", "DECIMAL",
        "DOUBLE", "FLOAT", "ROW", "PRIMARY", "KEY", "ENFORCED", "EXECUTE", "STATEMENT", "SET", "BEGIN", "INT",
        "VARCHAR", "CHAR", "DATE", "TINYINT", "SMALLINT"));
    /** Nobody means a name by them. */
    private static final Set<String> NEVER_NAMES =
        Set.of("FROM", "WHERE", "HAVING", "UNION", "SELECT", "AND", "OR", "AS", "BY");
    private static final Set<String> BEGINNINGS = Set.of("INSERT", "CREATE", "EXECUTE", "DROP", "SET");
    /** Behind these a name is due. */
    private static final Set<String> BEFORE_NAMES = Set.of("SELECT", "AS", "BY", "WHERE", "AND", "OR", "ON", "INTO");
    /** What other languages write, and what it is here. */
    private static final Map<String, String> OPERATORS = Map.of(
        "==", "equality is =", "=>", "at least is >=", "=<", "at most is <=", "&&", "conditions are joined by AND");

    private final ErrorPlace place;
    /** {@link ErrorPlace#at()}. */
    private final int at;
    private final String said;

    private SyntaxErrors(final SqlParseException error, final Piece piece)
    {
        said = said(String.valueOf(error.getMessage()));
        place = new ErrorPlace(piece, error.getPos(), said.startsWith("Encountered") && said.contains("<EOF>"));
        at = place.at();
    }

    static Diagnostic of(final SqlParseException error, final Piece piece)
    {
        final SyntaxErrors errors = new SyntaxErrors(error, piece);
        final List<Supplier<@Nullable Diagnostic>> rules = List.of(errors::quotes, errors::operators, errors::commas,
            errors::statements, errors::reserved, errors::misspelt, errors::parentheses, errors::cases, errors::words);
        for (final Supplier<@Nullable Diagnostic> rule : rules)
        {
            final Diagnostic found = rule.get();
            if (found != null)
            {
                return found;
            }
        }
        return errors.unexpected(errors.missingComma());
    }

    private static String said(final String message)
    {
        final int expecting = message.indexOf("Was expecting");
        final String found = (expecting < 0 ? message : message.substring(0, expecting)).strip();
        return found.replaceAll("\\s+", " ").replaceAll(" at line \\d+, column \\d+\\.?$", "")
            .replaceAll("^class \\S+: (.*)", "$1 stands where it means nothing").replace("java.lang.Integer", "INT");
    }

    private static Diagnostic error(final Token token, final String message, final @Nullable String hint)
    {
        return Diagnostic.error(DiagnosticCode.SYNTAX, token.span(), message, hint);
    }

    /** What stands where nothing of the kind can stand. */
    private Diagnostic unexpected(final Token token, final @Nullable String hint)
    {
        return error(token, "unexpected '" + place.written(token) + "'", hint);
    }

    /** The same of the place where the parser could not go on. */
    private Diagnostic unexpected(final @Nullable String hint)
    {
        final Token here = place.token(at);
        final Token before = place.token(at - 1);
        if (here == null)
        {
            return Diagnostic.error(DiagnosticCode.SYNTAX, place.span(), "the statement ends too early" +
                (before == null ? "" : ", behind '" + place.written(before) + "'"), hint);
        }
        final boolean isKnown = said.startsWith("Encountered") || said.startsWith("Incorrect syntax") ||
            said.startsWith("Lexical error") || said.startsWith("Non-query expression");
        return isKnown ? unexpected(here, hint) : error(here, said, hint);
    }

    private @Nullable Diagnostic quotes()
    {
        for (int i = at; i <= at + 1; i++)
        {
            final Token token = place.token(i);
            if (token != null && token.kind() == Token.Kind.QUOTED && place.written(token).startsWith("\""))
            {
                return error(token, "double quotes mean nothing in Flink SQL",
                    "a text stands in single quotes: '" + token.text() + "'; a name in backticks: `" + token.text() +
                        "`");
            }
            if (token != null && token.kind() == Token.Kind.SYMBOL && "‘’“”´".contains(token.text()))
            {
                return error(token, "'" + token.text() + "' is not a quote of SQL", "a text stands in ' and '");
            }
        }
        return null;
    }

    private @Nullable Diagnostic operators()
    {
        final Token here = place.token(at);
        final Token next = place.token(at + 1);
        final String pair = here == null || next == null || here.end() != next.start() ? "" :
            here.text() + next.text();
        final String meant = OPERATORS.get(pair);
        if (here != null && meant != null)
        {
            return error(here, "there is no operator " + pair, meant);
        }
        for (int i = at - 2; i < at; i++)
        {
            if (place.isSymbol(i, "!") && !place.isSymbol(i + 1, "="))
            {
                return error(place.known(i), "there is no operator !", "the opposite is NOT …");
            }
        }
        return here != null && here.kind() == Token.Kind.NUMBER && here.text().contains("_") ?
            unexpected(here, "digits are written without _") : null;
    }

    private @Nullable Diagnostic commas()
    {
        final Token before = place.token(at - 1);
        return before != null && before.isSymbol(",") &&
            (place.isAtEnd() || place.isSymbol(at, ")") || place.isSymbol(at, ",") || place.isClause(at)) ?
            error(before, "nothing follows this comma", "leave it out, or write what comes behind it") : null;
    }

    private @Nullable Diagnostic statements()
    {
        final Token here = place.token(at);
        if (here == null)
        {
            return null;
        }
        if (place.isWord(0, "SET") && at == 1)
        {
            return unexpected(here, "SET 'key' = 'value', both in single quotes");
        }
        return at > 0 && place.isWord(at, BEGINNINGS) ?
            unexpected(here, "a ';' is missing before it") : null;
    }

    private @Nullable Diagnostic reserved()
    {
        final Token here = place.token(at);
        final boolean isName = place.isSymbol(at - 1, "(") || place.isSymbol(at - 1, ",") ||
            place.isSymbol(at - 1, ".") || place.isWord(at - 1, BEFORE_NAMES);
        return here != null && here.kind() == Token.Kind.WORD && isReserved(here.text()) && at > 0 &&
            !place.isWord(at, NEVER_NAMES) && (isName || !place.isWord(at, KEYWORDS)) ?
            unexpected(here,
                "'" + here.text() + "' is a reserved word; as a name it needs quotes: `" + here.text() + "`") : null;
    }

    private static boolean isReserved(final String word)
    {
        return Reserved.WORDS.isReservedWord(word.toUpperCase(Locale.ROOT));
    }

    /** Loaded only where a syntax error asks for it. */
    private static final class Reserved
    {
        static final SqlAbstractParserImpl.Metadata WORDS =
            SqlParser.create("", StatementParser.CONFIG).getMetadata();
    }

    /** The word here, or the one before, which the parser may have taken for a name: what is nearer to a keyword. */
    private @Nullable Diagnostic misspelt()
    {
        Diagnostic found = null;
        int least = Integer.MAX_VALUE;
        for (int i = at; i >= at - 1; i--)
        {
            final Token token = place.token(i);
            final String meant = token == null || token.kind() != Token.Kind.WORD || place.isWord(i, KEYWORDS) ? null :
                Suggestion.nearest(token.text(), KEYWORDS);
            if (token != null && meant != null)
            {
                final int distance = Suggestion.distance(token.text().toUpperCase(Locale.ROOT), meant);
                if (distance < least && distance * 3 <= token.text().length())
                {
                    least = distance;
                    found = unexpected(token, "did you mean " + meant + " instead of '" + token.text() + "'?");
                }
            }
        }
        return found;
    }

    private @Nullable Diagnostic parentheses()
    {
        final Token here = place.token(at);
        final int open = place.openParenthesis();
        if (here != null && here.isSymbol(")") && open < 0)
        {
            return error(here, "this ) closes nothing", null);
        }
        final boolean isOver = here == null || place.isClause(at) && !place.isWord(open + 1, "SELECT");
        return isOver && open >= 0 ? error(place.known(open), "this ( is not closed",
            here == null ? null : "a ) is missing before " + here.text().toUpperCase(Locale.ROOT)) : null;
    }

    private @Nullable Diagnostic cases()
    {
        if (place.token(at) != null && !place.isClause(at) && !place.isSymbol(at, ")") && !place.isSymbol(at, ","))
        {
            return null;
        }
        final int open = place.openParenthesis();
        int ended = 0;
        for (int i = at - 1; i > open; i--)
        {
            ended += place.isWord(i, "END") ? 1 : place.isWord(i, "CASE") ? -1 : 0;
            if (ended < 0)
            {
                return error(place.known(i), "this CASE has no END", null);
            }
        }
        return null;
    }

    /** What the words before lead to. */
    private @Nullable Diagnostic words()
    {
        final int open = place.openParenthesis();
        final String hint = place.isWord(0, "CREATE") ? inDeclaration(open) :
            place.isWord(0, "INSERT") && at == 1 ? "INTO is missing before it" :
            place.isWord(0, "INSERT") && at == 3 ? "SELECT is missing before it" : null;
        final String general = hint != null ? hint : inQuery(open);
        return general == null ? null : unexpected(general);
    }

    private @Nullable String inDeclaration(final int open)
    {
        if (place.isWord(at - 1, "WATERMARK") || place.isWord(at - 2, "FOR") && place.isWord(at - 3, "WATERMARK"))
        {
            return "WATERMARK FOR column AS expression";
        }
        if (place.isWord(open - 1, "WITH"))
        {
            return place.is(at - 1, Token.Kind.STRING) && place.is(at - 2, Token.Kind.STRING) ?
                "a comma is missing before '" + place.known(at - 1).text() + "'" :
                "keys and values stand in single quotes: 'connector' = 'print'";
        }
        if (at == 1)
        {
            return "CREATE TABLE or CREATE VIEW";
        }
        if (place.isWord(1, "VIEW") && place.isWord(at, "SELECT"))
        {
            return "AS is missing before it";
        }
        return place.isSymbol(at, "(") && place.isSymbol(at - 1, ")") ? "WITH is missing before it" :
            place.isWord(1, "TABLE") && at == 3 || place.isWord(at - 1, "WITH") ? "( is missing before it" : null;
    }

    private @Nullable String inQuery(final int open)
    {
        if ((place.isWord(at - 1, "GROUP") || place.isWord(at - 1, "ORDER")) && !place.isWord(at, "BY"))
        {
            return "BY is missing behind " + place.known(at - 1).text().toUpperCase(Locale.ROOT);
        }
        if (place.isWord(open - 1, "CAST") || place.isWord(open - 1, "TRY_CAST"))
        {
            return "CAST(value AS type)";
        }
        if (place.isWord(at - 1, "FILTER") || place.isWord(open - 1, "FILTER"))
        {
            return "FILTER (WHERE condition)";
        }
        if (place.is(at - 1, Token.Kind.STRING) && place.isWord(at - 2, "INTERVAL"))
        {
            return "the unit stands behind the quotes: INTERVAL '5' SECOND";
        }
        if (place.isWord(at, "NOT") && place.isWord(at + 1, "NULL"))
        {
            return "IS is missing before NOT NULL";
        }
        if (place.isWord(at, "IS") && (place.is(at + 1, Token.Kind.STRING) || place.is(at + 1, Token.Kind.NUMBER)))
        {
            return "values are compared by =; IS asks for NULL, TRUE or FALSE";
        }
        if (place.isWord(at, "IN") && !place.isSymbol(at + 1, "("))
        {
            return "IN takes a list in parentheses: IN ('a', 'b')";
        }
        return place.isSymbol(at, ")") && place.isSymbol(at - 1, "(") && place.isWord(at - 2, "IN") ?
            "IN needs at least one value" : null;
    }

    private @Nullable String missingComma()
    {
        final boolean isBehind = place.is(at - 1, Token.Kind.WORD) && !place.isWord(at - 1, KEYWORDS) ||
            place.isWord(0, "CREATE") && place.is(at - 1, Token.Kind.WORD) || place.is(at - 1, Token.Kind.STRING) ||
            place.is(at - 1, Token.Kind.NUMBER) || place.is(at - 1, Token.Kind.QUOTED) ||
            place.isSymbol(at - 1, ")");
        final boolean isNew = place.is(at, Token.Kind.WORD) && !place.isWord(at, KEYWORDS) ||
            place.is(at, Token.Kind.QUOTED) || place.is(at, Token.Kind.STRING) || place.is(at, Token.Kind.NUMBER);
        return isBehind && isNew ? "is a comma or an operator missing before it?" : null;
    }
}

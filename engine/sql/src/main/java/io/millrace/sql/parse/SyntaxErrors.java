package io.millrace.sql.parse;

import io.millrace.engine.Suggestion;
import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.diagnostic.Span;
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
import org.apache.calcite.sql.parser.SqlParserPos;
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
    /** Words that end what stands before them. */
    private static final Set<String> CLAUSES = Set.of("FROM", "WHERE", "GROUP", "HAVING", "UNION", "ORDER", "WITH");
    /** Nobody means a name by them. */
    private static final Set<String> NEVER_NAMES =
        Set.of("FROM", "WHERE", "HAVING", "UNION", "SELECT", "AND", "OR", "AS", "BY");
    private static final Set<String> BEFORE_MORE = Set.of("AND", "OR", "NOT", "LIKE", "BETWEEN", "IS");
    private static final Set<String> BEGINNINGS = Set.of("INSERT", "CREATE", "EXECUTE", "DROP", "SET");
    /** Behind these a name is due. */
    private static final Set<String> BEFORE_NAMES = Set.of("SELECT", "AS", "BY", "WHERE", "AND", "OR", "ON", "INTO");
    /** What other languages write, and what it is here. */
    private static final Map<String, String> OPERATORS = Map.of(
        "==", "equality is =", "=>", "at least is >=", "=<", "at most is <=", "&&", "conditions are joined by AND");

    private final List<Token> tokens;
    private final String text;
    /** The token at which the parser could not go on; behind the last where the statement ends too early. */
    private final int at;
    private final Span span;
    private final String said;

    private SyntaxErrors(final SqlParseException error, final Piece piece)
    {
        tokens = piece.tokens();
        text = piece.text();
        final SqlParserPos position = error.getPos();
        span = position == null || position.getLineNum() <= 0 ? piece.span() : Positions.of(position);
        said = said(String.valueOf(error.getMessage()));
        final int found = indexAt(span);
        at = said.startsWith("Encountered") && said.contains("<EOF>") ||
            found == tokens.size() - 1 && isWord(found, BEFORE_MORE) ? tokens.size() : found;
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
        return found.replaceAll("\\s+", " ").replaceAll(" at line \\d+, column \\d+\\.?$", "");
    }

    private int indexAt(final Span place)
    {
        for (int i = 0; i < tokens.size(); i++)
        {
            final Span token = tokens.get(i).span();
            if (token.endLine() > place.line() ||
                token.endLine() == place.line() && token.endColumn() >= place.column())
            {
                return i;
            }
        }
        return tokens.size();
    }

    private @Nullable Token token(final int index)
    {
        return index < 0 || index >= tokens.size() ? null : tokens.get(index);
    }

    private boolean isWord(final int index, final String word)
    {
        final Token token = token(index);
        return token != null && token.isWord(word);
    }

    private boolean isWord(final int index, final Set<String> words)
    {
        final Token token = token(index);
        return token != null && token.kind() == Token.Kind.WORD &&
            words.contains(token.text().toUpperCase(Locale.ROOT));
    }

    private boolean isClause(final int index)
    {
        return isWord(index, CLAUSES) &&
            (isWord(index + 1, "BY") || !isWord(index, "GROUP") && !isWord(index, "ORDER"));
    }

    private boolean isSymbol(final int index, final String symbol)
    {
        final Token token = token(index);
        return token != null && token.isSymbol(symbol);
    }

    private boolean is(final int index, final Token.Kind kind)
    {
        final Token token = token(index);
        return token != null && token.kind() == kind;
    }

    private static Diagnostic error(final Token token, final String message, final @Nullable String hint)
    {
        return Diagnostic.error(DiagnosticCode.SYNTAX, token.span(), message, hint);
    }

    /** What stands where nothing of the kind can stand. */
    private Diagnostic unexpected(final Token token, final @Nullable String hint)
    {
        return error(token, "unexpected '" + written(token) + "'", hint);
    }

    /** The same of the place where the parser could not go on. */
    private Diagnostic unexpected(final @Nullable String hint)
    {
        final Token here = token(at);
        final Token before = token(at - 1);
        if (here == null)
        {
            return Diagnostic.error(DiagnosticCode.SYNTAX, span, "the statement ends too early" +
                (before == null ? "" : ", behind '" + written(before) + "'"), hint);
        }
        final boolean isKnown = said.startsWith("Encountered") || said.startsWith("Incorrect syntax") ||
            said.startsWith("Lexical error") || said.startsWith("Non-query expression");
        return isKnown ? unexpected(here, hint) : error(here, said, hint);
    }

    private String written(final Token token)
    {
        return text.substring(offset(token), offset(token) + token.end() - token.start());
    }

    private int offset(final Token token)
    {
        final Token first = tokens.get(0);
        return first.span().line() - 1 + first.span().column() - 1 + token.start() - first.start();
    }

    private @Nullable Diagnostic quotes()
    {
        for (int i = at; i <= at + 1; i++)
        {
            final Token token = token(i);
            if (token != null && token.kind() == Token.Kind.QUOTED && written(token).startsWith("\""))
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
        final Token here = token(at);
        final Token next = token(at + 1);
        final String pair = here == null || next == null || here.end() != next.start() ? "" :
            here.text() + next.text();
        final String meant = OPERATORS.get(pair);
        if (here != null && meant != null)
        {
            return error(here, "there is no operator " + pair, meant);
        }
        for (int i = at - 2; i < at; i++)
        {
            if (isSymbol(i, "!") && !isSymbol(i + 1, "="))
            {
                return error(tokens.get(i), "there is no operator !", "the opposite is NOT …");
            }
        }
        return here != null && here.kind() == Token.Kind.NUMBER && here.text().contains("_") ?
            unexpected(here, "digits are written without _") : null;
    }

    private @Nullable Diagnostic commas()
    {
        final Token before = token(at - 1);
        return before != null && before.isSymbol(",") &&
            (at == tokens.size() || isSymbol(at, ")") || isSymbol(at, ",") || isClause(at)) ?
            error(before, "nothing follows this comma", "leave it out, or write what comes behind it") : null;
    }

    private @Nullable Diagnostic statements()
    {
        final Token here = token(at);
        if (here == null)
        {
            return null;
        }
        if (isWord(0, "SET") && at == 1)
        {
            return unexpected(here, "SET 'key' = 'value', both in single quotes");
        }
        return at > 0 && isWord(at, BEGINNINGS) ?
            unexpected(here, "a ';' is missing before it") : null;
    }

    private @Nullable Diagnostic reserved()
    {
        final Token here = token(at);
        final boolean isName = isSymbol(at - 1, "(") || isSymbol(at - 1, ",") || isSymbol(at - 1, ".") ||
            isWord(at - 1, BEFORE_NAMES);
        return here != null && here.kind() == Token.Kind.WORD && isReserved(here.text()) && at > 0 &&
            !isWord(at, NEVER_NAMES) && (isName || !isWord(at, KEYWORDS)) ?
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
            final Token token = token(i);
            final String meant = token == null || token.kind() != Token.Kind.WORD || isWord(i, KEYWORDS) ? null :
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
        final Token here = token(at);
        final int open = openParenthesis();
        if (here != null && here.isSymbol(")") && open < 0)
        {
            return error(here, "this ) closes nothing", null);
        }
        final boolean isOver = here == null || isClause(at) && !isWord(open + 1, "SELECT");
        return isOver && open >= 0 ? error(tokens.get(open), "this ( is not closed",
            here == null ? null : "a ) is missing before " + here.text().toUpperCase(Locale.ROOT)) : null;
    }

    /** The innermost one that is open at the error, or -1. */
    private int openParenthesis()
    {
        int depth = 0;
        for (int i = Math.min(at, tokens.size()) - 1; i >= 0; i--)
        {
            depth += isSymbol(i, ")") ? 1 : isSymbol(i, "(") ? -1 : 0;
            if (depth < 0)
            {
                return i;
            }
        }
        return -1;
    }

    private @Nullable Diagnostic cases()
    {
        if (token(at) != null && !isClause(at) && !isSymbol(at, ")") && !isSymbol(at, ","))
        {
            return null;
        }
        final int open = openParenthesis();
        int ended = 0;
        for (int i = at - 1; i > open; i--)
        {
            ended += isWord(i, "END") ? 1 : isWord(i, "CASE") ? -1 : 0;
            if (ended < 0)
            {
                return error(tokens.get(i), "this CASE has no END", null);
            }
        }
        return null;
    }

    /** What the words before lead to. */
    private @Nullable Diagnostic words()
    {
        final int open = openParenthesis();
        final String hint = isWord(0, "CREATE") ? inDeclaration(open) :
            isWord(0, "INSERT") && at == 1 ? "INTO is missing before it" :
            isWord(0, "INSERT") && at == 3 ? "SELECT is missing before it" : null;
        final String general = hint != null ? hint : inQuery(open);
        return general == null ? null : unexpected(general);
    }

    private @Nullable String inDeclaration(final int open)
    {
        if (isWord(at - 1, "WATERMARK") || isWord(at - 2, "FOR") && isWord(at - 3, "WATERMARK"))
        {
            return "WATERMARK FOR column AS expression";
        }
        if (isWord(open - 1, "WITH"))
        {
            return is(at - 1, Token.Kind.STRING) && is(at - 2, Token.Kind.STRING) ?
                "a comma is missing before '" + tokens.get(at - 1).text() + "'" :
                "keys and values stand in single quotes: 'connector' = 'print'";
        }
        if (at == 1)
        {
            return "CREATE TABLE or CREATE VIEW";
        }
        if (isWord(1, "VIEW") && isWord(at, "SELECT"))
        {
            return "AS is missing before it";
        }
        return isSymbol(at, "(") && isSymbol(at - 1, ")") ? "WITH is missing before it" :
            isWord(1, "TABLE") && at == 3 || isWord(at - 1, "WITH") ? "( is missing before it" : null;
    }

    private @Nullable String inQuery(final int open)
    {
        if ((isWord(at - 1, "GROUP") || isWord(at - 1, "ORDER")) && !isWord(at, "BY"))
        {
            return "BY is missing behind " + tokens.get(at - 1).text().toUpperCase(Locale.ROOT);
        }
        if (isWord(open - 1, "CAST") || isWord(open - 1, "TRY_CAST"))
        {
            return "CAST(value AS type)";
        }
        if (isWord(at - 1, "FILTER") || isWord(open - 1, "FILTER"))
        {
            return "FILTER (WHERE condition)";
        }
        if (is(at - 1, Token.Kind.STRING) && isWord(at - 2, "INTERVAL"))
        {
            return "the unit stands behind the quotes: INTERVAL '5' SECOND";
        }
        if (isWord(at, "NOT") && isWord(at + 1, "NULL"))
        {
            return "IS is missing before NOT NULL";
        }
        if (isWord(at, "IS") && (is(at + 1, Token.Kind.STRING) || is(at + 1, Token.Kind.NUMBER)))
        {
            return "values are compared by =; IS asks for NULL, TRUE or FALSE";
        }
        if (isWord(at, "IN") && !isSymbol(at + 1, "("))
        {
            return "IN takes a list in parentheses: IN ('a', 'b')";
        }
        return isSymbol(at, ")") && isSymbol(at - 1, "(") && isWord(at - 2, "IN") ?
            "IN needs at least one value" : null;
    }

    private @Nullable String missingComma()
    {
        final boolean isBehind = is(at - 1, Token.Kind.WORD) && !isWord(at - 1, KEYWORDS) ||
            isWord(0, "CREATE") && is(at - 1, Token.Kind.WORD) || is(at - 1, Token.Kind.STRING) ||
            is(at - 1, Token.Kind.NUMBER) || is(at - 1, Token.Kind.QUOTED) || isSymbol(at - 1, ")");
        final boolean isNew = is(at, Token.Kind.WORD) && !isWord(at, KEYWORDS) || is(at, Token.Kind.QUOTED) ||
            is(at, Token.Kind.STRING) || is(at, Token.Kind.NUMBER);
        return isBehind && isNew ? "is a comma or an operator missing before it?" : null;
    }
}

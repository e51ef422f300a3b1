package io.millrace.sql.parse;

import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.diagnostic.Diagnostics;
import io.millrace.sql.diagnostic.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A script cut at its semicolons, so that one syntax error does not hide the rest. Each piece is padded with the
 * lines and blanks before it: positions in it are positions in the script. The words of a statement set
 * ({@code EXECUTE STATEMENT SET BEGIN … END} and {@code BEGIN STATEMENT SET; … END;}) are taken away here.
 */
public final class ScriptSplitter
{
    /** Longest script, in characters. */
    public static final int LIMIT = 1 << 20;

    /**
     * One statement.
     *
     * @param text   padded, without its semicolon.
     * @param tokens its own, with positions in the script.
     */
    public record Piece(String text, List<Token> tokens, boolean isInSet)
    {
        public Span span()
        {
            return tokens.get(0).span().to(tokens.get(tokens.size() - 1).span());
        }
    }

    private final String text;
    private final Diagnostics diagnostics;
    private final List<Piece> pieces = new ArrayList<>();
    private Span openSet = Span.NONE;

    private ScriptSplitter(final String text, final Diagnostics diagnostics)
    {
        this.text = text;
        this.diagnostics = diagnostics;
    }

    public static List<Piece> split(final String text, final Diagnostics diagnostics)
    {
        if (text.length() > LIMIT)
        {
            diagnostics.add(Diagnostic.error(DiagnosticCode.LIMIT, Span.NONE,
                "the text has " + text.length() + " characters; at most " + LIMIT + " are taken", null));
            return List.of();
        }
        return new ScriptSplitter(text, diagnostics).split();
    }

    /** What {@code SET 'key' = 'value'} statements say, by key, whether or not the rest is SQL. */
    public static Map<String, String> settings(final String text)
    {
        final Map<String, String> settings = new LinkedHashMap<>();
        for (final Piece piece : split(text, new Diagnostics()))
        {
            final List<Token> tokens = piece.tokens();
            if (tokens.size() == 4 && tokens.get(0).isWord("SET") && tokens.get(1).kind() == Token.Kind.STRING &&
                tokens.get(2).isSymbol("=") && tokens.get(3).kind() == Token.Kind.STRING)
            {
                settings.put(tokens.get(1).text(), tokens.get(3).text());
            }
        }
        return settings;
    }

    private List<Piece> split()
    {
        final List<Token> current = new ArrayList<>();
        for (final Token token : Token.of(text))
        {
            if (token.kind() == Token.Kind.UNFINISHED)
            {
                diagnostics.add(unfinished(token, current));
                current.clear();
                return pieces;
            }
            if (token.isSymbol(";"))
            {
                statement(current);
                current.clear();
            }
            else
            {
                current.add(token);
            }
        }
        statement(current);
        if (openSet.isInText())
        {
            diagnostics.add(Diagnostic.error(
                DiagnosticCode.STATEMENT_SET, openSet, "this statement set has no END", "close it with END;"));
        }
        return pieces;
    }

    /** A quote without its partner; where an earlier text goes over lines, that is probably the one it belongs to. */
    private static Diagnostic unfinished(final Token token, final List<Token> before)
    {
        if (token.text().startsWith("/"))
        {
            return Diagnostic.error(DiagnosticCode.SYNTAX, token.span(), "this comment never ends", "close it with */");
        }
        for (final Token text : before)
        {
            if (text.kind() == Token.Kind.STRING && text.span().endLine() > text.span().line())
            {
                final Span span = text.span();
                return Diagnostic.error(DiagnosticCode.SYNTAX,
                    new Span(span.line(), span.column(), span.line(), span.column()), "this quote ends only in line " +
                    span.endLine() + ", and the last one never", "close it in its line");
            }
        }
        return Diagnostic.error(DiagnosticCode.SYNTAX, token.span(), "this quote never ends",
            "close it with " + token.text() + "; inside, it is written " + token.text().repeat(2));
    }

    private void statement(final List<Token> all)
    {
        List<Token> tokens = all;
        if (startsWith(tokens, "EXECUTE", "STATEMENT", "SET") || startsWith(tokens, "BEGIN", "STATEMENT", "SET"))
        {
            final boolean isExecute = tokens.get(0).isWord("EXECUTE");
            final boolean hasBegin = !isExecute || tokens.size() > 3 && tokens.get(3).isWord("BEGIN");
            final int words = isExecute && hasBegin ? 4 : 3;
            if (!hasBegin)
            {
                diagnostics.add(Diagnostic.error(DiagnosticCode.STATEMENT_SET,
                    tokens.get(Math.min(3, tokens.size() - 1)).span(), "BEGIN is missing behind EXECUTE STATEMENT SET",
                    null));
            }
            if (openSet.isInText())
            {
                diagnostics.add(Diagnostic.error(DiagnosticCode.STATEMENT_SET, tokens.get(0).span(),
                    "a statement set inside a statement set", "close the first with END;"));
            }
            openSet = tokens.get(0).span().to(tokens.get(words - 1).span());
            tokens = tokens.subList(words, tokens.size());
        }
        else if (tokens.size() == 1 && tokens.get(0).isWord("END"))
        {
            if (!openSet.isInText())
            {
                diagnostics.add(Diagnostic.error(
                    DiagnosticCode.STATEMENT_SET, tokens.get(0).span(), "END without a statement set", null));
            }
            openSet = Span.NONE;
            return;
        }
        final boolean isLast = openSet.isInText() && endsSet(tokens);
        if (isLast)
        {
            final Token end = tokens.get(tokens.size() - 1);
            diagnostics.add(Diagnostic.error(DiagnosticCode.STATEMENT_SET, end.span(),
                "END of the statement set inside its last statement", "a ';' is missing before it"));
            tokens = tokens.subList(0, tokens.size() - 1);
        }
        if (!tokens.isEmpty())
        {
            pieces.add(new Piece(padded(tokens), List.copyOf(tokens), openSet.isInText()));
        }
        openSet = isLast ? Span.NONE : openSet;
    }

    /** Whether the last word is an END that is no CASE's. */
    private static boolean endsSet(final List<Token> tokens)
    {
        final long cases = tokens.stream().filter(token -> token.isWord("CASE")).count();
        final long ends = tokens.stream().filter(token -> token.isWord("END")).count();
        return !tokens.isEmpty() && tokens.get(tokens.size() - 1).isWord("END") && ends > cases;
    }

    private static boolean startsWith(final List<Token> tokens, final String... words)
    {
        if (tokens.size() < words.length)
        {
            return false;
        }
        for (int i = 0; i < words.length; i++)
        {
            if (!tokens.get(i).isWord(words[i]))
            {
                return false;
            }
        }
        return true;
    }

    private String padded(final List<Token> tokens)
    {
        final Token first = tokens.get(0);
        return "\n".repeat(first.span().line() - 1) + " ".repeat(first.span().column() - 1) +
            text.substring(first.start(), tokens.get(tokens.size() - 1).end());
    }
}

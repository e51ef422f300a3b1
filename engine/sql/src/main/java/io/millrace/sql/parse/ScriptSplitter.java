package io.millrace.sql.parse;

import io.millrace.sql.diagnostic.Diagnostic;
import io.millrace.sql.diagnostic.DiagnosticCode;
import io.millrace.sql.diagnostic.Diagnostics;
import io.millrace.sql.diagnostic.Span;
import java.util.ArrayList;
import java.util.List;

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

    private List<Piece> split()
    {
        final List<Token> current = new ArrayList<>();
        for (final Token token : Token.of(text))
        {
            if (token.kind() == Token.Kind.UNFINISHED)
            {
                final String what = token.text().startsWith("/") ? "this comment never ends" : "this quote never ends";
                diagnostics.add(Diagnostic.error(DiagnosticCode.SYNTAX, token.span(), what, null));
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

    private void statement(final List<Token> all)
    {
        List<Token> tokens = all;
        if (startsWith(tokens, "EXECUTE", "STATEMENT", "SET", "BEGIN") ||
            startsWith(tokens, "BEGIN", "STATEMENT", "SET"))
        {
            final int words = tokens.get(0).isWord("EXECUTE") ? 4 : 3;
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
        if (!tokens.isEmpty())
        {
            pieces.add(new Piece(padded(tokens), List.copyOf(tokens), openSet.isInText()));
        }
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

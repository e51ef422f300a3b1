package io.millrace.sql.parse;

import io.millrace.sql.diagnostic.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * A word of SQL text, enough to tell statements apart and to find words again; the parser proper is Flink's.
 *
 * @param text  as written; of strings and quoted names what is between the quotes, doubled quotes undone.
 * @param start offset of its first character in the text.
 * @param end   offset behind its last.
 */
public record Token(Kind kind, String text, Span span, int start, int end)
{
    /** What a token is. */
    public enum Kind
    {
        WORD, QUOTED, STRING, NUMBER, SYMBOL,
        /** A quote or a comment without its end. */
        UNFINISHED
    }

    public boolean isWord(final String word)
    {
        return kind == Kind.WORD && text.equalsIgnoreCase(word);
    }

    public boolean isSymbol(final String symbol)
    {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    /** The tokens of a text, comments left out; the ends of a hint, which is none, are symbols. */
    public static List<Token> of(final String text)
    {
        return new Lexer(text).tokens();
    }

    /** One pass over the text. */
    private static final class Lexer
    {
        private final String text;
        private final List<Token> tokens = new ArrayList<>();
        private int at;
        private int line = 1;
        private int lineStart;

        Lexer(final String text)
        {
            this.text = text;
        }

        List<Token> tokens()
        {
            while (at < text.length())
            {
                next();
            }
            return tokens;
        }

        private void next()
        {
            final char c = text.charAt(at);
            if (Character.isWhitespace(c))
            {
                step();
            }
            else if (text.startsWith("--", at))
            {
                while (at < text.length() && text.charAt(at) != '\n')
                {
                    step();
                }
            }
            else if (text.startsWith("/*+", at) || text.startsWith("*/", at))
            {
                symbol(text.charAt(at) == '/' ? 3 : 2);
            }
            else if (text.startsWith("/*", at))
            {
                comment();
            }
            else if (c == '\'' || c == '`' || c == '"')
            {
                quoted(c);
            }
            else if (Character.isJavaIdentifierStart(c))
            {
                run(Token.Kind.WORD);
            }
            else if (c >= '0' && c <= '9')
            {
                run(Token.Kind.NUMBER);
            }
            else
            {
                symbol(1);
            }
        }

        private void symbol(final int length)
        {
            final int start = at;
            final int startLine = line;
            final int startColumn = column();
            for (int i = 0; i < length; i++)
            {
                step();
            }
            add(Token.Kind.SYMBOL, text.substring(start, at), start, startLine, startColumn);
        }

        private void comment()
        {
            final int start = at;
            final int startLine = line;
            final int startColumn = column();
            at += 2;
            while (at < text.length() && !text.startsWith("*/", at))
            {
                step();
            }
            if (at >= text.length())
            {
                tokens.add(new Token(Token.Kind.UNFINISHED, "/*",
                    new Span(startLine, startColumn, startLine, startColumn + 1), start, at));
                return;
            }
            at += 2;
        }

        private void quoted(final char quote)
        {
            final int start = at;
            final int startLine = line;
            final int startColumn = column();
            step();
            final StringBuilder content = new StringBuilder();
            while (at < text.length())
            {
                final char c = text.charAt(at);
                step();
                if (c == quote)
                {
                    if (at < text.length() && text.charAt(at) == quote)
                    {
                        step();
                    }
                    else
                    {
                        add(quote == '\'' ? Token.Kind.STRING : Token.Kind.QUOTED, content.toString(), start,
                            startLine, startColumn);
                        return;
                    }
                }
                content.append(c);
            }
            tokens.add(new Token(Token.Kind.UNFINISHED, String.valueOf(quote),
                new Span(startLine, startColumn, startLine, startColumn), start, at));
        }

        private void run(final Token.Kind kind)
        {
            final int start = at;
            final int startLine = line;
            final int startColumn = column();
            while (at < text.length() && Character.isJavaIdentifierPart(text.charAt(at)))
            {
                step();
            }
            if (at == start)
            {
                step();
            }
            add(kind, text.substring(start, at), start, startLine, startColumn);
        }

        private void add(
            final Token.Kind kind, final String content, final int start, final int startLine, final int startColumn)
        {
            final Span span = new Span(startLine, startColumn, line, Math.max(1, column() - 1));
            tokens.add(new Token(kind, content, span, start, at));
        }

        private int column()
        {
            return at - lineStart + 1;
        }

        private void step()
        {
            if (text.charAt(at++) == '\n')
            {
                line++;
                lineStart = at;
            }
        }
    }
}

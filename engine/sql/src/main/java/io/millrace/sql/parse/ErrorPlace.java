package io.millrace.sql.parse;

import io.millrace.sql.diagnostic.Span;
import io.millrace.sql.parse.ScriptSplitter.Piece;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/** Where the parser could not go on in a statement, and the tokens around that place, each by its index. */
final class ErrorPlace
{
    /** Words that end what stands before them. */
    private static final Set<String> CLAUSES = Set.of("FROM", "WHERE", "GROUP", "HAVING", "UNION", "ORDER", "WITH");
    private static final Set<String> BEFORE_MORE = Set.of("AND", "OR", "NOT", "LIKE", "BETWEEN", "IS");

    private final List<Token> tokens;
    private final String text;
    private final Span span;
    private final int at;

    /** {@code isTooShort}: the parser wanted more, behind all there is. */
    ErrorPlace(final Piece piece, final @Nullable SqlParserPos position, final boolean isTooShort)
    {
        tokens = piece.tokens();
        text = piece.text();
        span = position == null || position.getLineNum() <= 0 ? piece.span() : Positions.of(position);
        final int found = indexAt(span);
        at = isTooShort || found == tokens.size() - 1 && isWord(found, BEFORE_MORE) ? tokens.size() : found;
    }

    /** The token at which the parser could not go on; behind the last where the statement ends too early. */
    int at()
    {
        return at;
    }

    boolean isAtEnd()
    {
        return at == tokens.size();
    }

    /** As the parser says it. */
    Span span()
    {
        return span;
    }

    /** A token that is there. */
    Token known(final int index)
    {
        return tokens.get(index);
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

    /** A token, null where there is none. */
    @Nullable Token token(final int index)
    {
        return index < 0 || index >= tokens.size() ? null : tokens.get(index);
    }

    boolean isWord(final int index, final String word)
    {
        final Token token = token(index);
        return token != null && token.isWord(word);
    }

    boolean isWord(final int index, final Set<String> words)
    {
        final Token token = token(index);
        return token != null && token.kind() == Token.Kind.WORD &&
            words.contains(token.text().toUpperCase(Locale.ROOT));
    }

    /** Whether a clause begins here that ends the one before. */
    boolean isClause(final int index)
    {
        return isWord(index, CLAUSES) &&
            (isWord(index + 1, "BY") || !isWord(index, "GROUP") && !isWord(index, "ORDER"));
    }

    boolean isSymbol(final int index, final String symbol)
    {
        final Token token = token(index);
        return token != null && token.isSymbol(symbol);
    }

    boolean is(final int index, final Token.Kind kind)
    {
        final Token token = token(index);
        return token != null && token.kind() == kind;
    }

    /** A token as it stands in the text, with its quotes. */
    String written(final Token token)
    {
        return text.substring(offset(token), offset(token) + token.end() - token.start());
    }

    private int offset(final Token token)
    {
        final Token first = tokens.get(0);
        return first.span().line() - 1 + first.span().column() - 1 + token.start() - first.start();
    }

    /** The innermost one that is open at the error, or -1. */
    int openParenthesis()
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
}

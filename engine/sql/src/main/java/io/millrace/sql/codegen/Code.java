package io.millrace.sql.codegen;

import io.millrace.codecs.SqlType;
import io.millrace.engine.kernel.Failure;
import io.millrace.sql.expr.Expr;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of one generated method while it grows. A value that was computed for an expression is used again where
 * the same expression appears while the first is still in scope.
 */
public final class Code
{
    private final KernelClass owner;
    private final String onDead;
    private final StringBuilder text = new StringBuilder();
    private final Deque<Scope> scopes = new ArrayDeque<>();
    private boolean mayFail;
    private @Nullable Expr root;

    /** What is known inside one pair of braces. */
    private static final class Scope
    {
        final Map<Expr, Value> values = new HashMap<>();
        final Map<String, Object> notes = new HashMap<>();
    }

    /** {@code onDead} is the statement that leaves the method after a failure. */
    public Code(final KernelClass owner, final String onDead)
    {
        this.owner = owner;
        this.onDead = onDead;
        scopes.push(new Scope());
    }

    KernelClass owner()
    {
        return owner;
    }

    public String onDead()
    {
        return onDead;
    }

    /** Whether a failure can only mean that rows were not routed: the method's result has no room for it. */
    boolean isFailureThrown()
    {
        return onDead.startsWith("throw");
    }

    /** The expression that this method was made for: it is emitted here even where others are moved out. */
    void setRoot(final Expr expr)
    {
        root = expr;
    }

    boolean isRoot(final Expr expr)
    {
        return root == expr;
    }

    /** Whether anything emitted so far can fail. */
    public boolean mayFail()
    {
        return mayFail;
    }

    /** Emits an expression, or finds its value where it is already there. */
    public Value emit(final Expr expr)
    {
        for (final Scope scope : scopes)
        {
            final Value known = scope.values.get(expr);
            if (known != null)
            {
                return known;
            }
        }
        final Value value = Expressions.emit(this, expr);
        current().values.put(expr, value);
        return value;
    }

    /** Adds a line. */
    public void line(final String line)
    {
        text.append("    ".repeat(scopes.size() + 1)).append(line).append('\n');
    }

    /** Begins a block: what is computed inside is not known behind it. */
    public void open(final String header)
    {
        line(header);
        line("{");
        scopes.push(new Scope());
    }

    /** Ends a block. */
    public void close()
    {
        scopes.pop();
        line("}");
    }

    /** A local's name that nothing else has. */
    public String fresh(final String prefix)
    {
        return owner.fresh(prefix);
    }

    /** Something remembered for the rest of the current block, or null. */
    public @Nullable Object note(final String key)
    {
        for (final Scope scope : scopes)
        {
            final Object known = scope.notes.get(key);
            if (known != null)
            {
                return known;
            }
        }
        return null;
    }

    public void putNote(final String key, final Object value)
    {
        current().notes.put(key, value);
    }

    private Scope current()
    {
        return scopes.getFirst();
    }

    /** Declares locals for a value, NULL at first where {@code isNullable}. */
    public Value declare(final SqlType type, final boolean isNullable)
    {
        return declare(type, isNullable, Value.ALWAYS);
    }

    /** Declares locals for a value whose NULL flag begins as {@code isNull}. */
    Value declare(final SqlType type, final boolean isNullable, final String isNull)
    {
        final String first = fresh("v");
        line(Value.firstType(type) + " " + first + " = " + Value.zero(type) + ";");
        String second = "";
        if (Value.isPair(type))
        {
            second = fresh("w");
            line(Value.secondType(type) + " " + second + " = 0" +
                ("long".equals(Value.secondType(type)) ? "L;" : ";"));
        }
        String flag = Value.NEVER;
        if (isNullable)
        {
            flag = fresh("n");
            line("boolean " + flag + " = " + isNull + ";");
        }
        return new Value(type, first, second, flag);
    }

    /** Copies a value into declared locals. */
    void assign(final Value target, final Value source)
    {
        if (source.isAlwaysNull())
        {
            line(target.isNull() + " = true;");
            if (target.type().isString())
            {
                line(target.second() + " = 0;");
            }
            return;
        }
        if (target.type().kind() != SqlType.Kind.ROW)
        {
            line(target.first() + " = " + source.first() + ";");
            if (target.isPair())
            {
                line(target.second() + " = " + source.second() + ";");
            }
        }
        if (target.isNullable())
        {
            line(target.isNull() + " = " + source.isNull() + ";");
        }
    }

    /** A value computed by one Java expression from values that are unharmed by their NULLs. */
    public Value define(final SqlType type, final String isNull, final String expression)
    {
        final String first = fresh("v");
        line("final " + Value.firstType(type) + " " + first + " = " + expression + ";");
        return new Value(type, first, "", isNull);
    }

    /** NULL of a type. */
    public static Value nullOf(final SqlType type)
    {
        return new Value(type, Value.zero(type), Value.isPair(type) ? "0" : "", Value.ALWAYS);
    }

    /** A flag that says whether any of the values is NULL. */
    public String anyNull(final List<Value> values)
    {
        final Set<String> flags = new LinkedHashSet<>();
        for (final Value value : values)
        {
            if (value.isAlwaysNull())
            {
                return Value.ALWAYS;
            }
            if (value.isNullable())
            {
                flags.add(value.isNull());
            }
        }
        if (flags.isEmpty())
        {
            return Value.NEVER;
        }
        if (flags.size() == 1)
        {
            return flags.iterator().next();
        }
        final String name = fresh("n");
        line("final boolean " + name + " = " + String.join(" | ", flags) + ";");
        return name;
    }

    /** Statements that give {@code result} its value; they run where no operand is NULL. */
    @FunctionalInterface
    public interface Body
    {
        void emit(Value result);
    }

    /**
     * A function that is NULL where an operand is.
     *
     * @param returnsNull whether the body may also set the result's NULL flag.
     */
    public Value strict(final SqlType type, final List<Value> operands, final boolean returnsNull, final Body body)
    {
        final String nulls = anyNull(operands);
        if (Value.ALWAYS.equals(nulls))
        {
            return nullOf(type);
        }
        final boolean isGuarded = !Value.NEVER.equals(nulls);
        final Value result = declare(type, isGuarded || returnsNull, nulls);
        if (isGuarded)
        {
            open("if (!" + nulls + ")");
        }
        body.emit(result);
        if (isGuarded)
        {
            close();
        }
        return result;
    }

    /** Emits the end of a failed row; what follows in the block is not reached. */
    public void fail(final Failure failure, final Expr site)
    {
        mayFail = true;
        fail(Integer.toString(failure.ordinal()), owner.sites().indexOf(site, owner.inputs()));
    }

    /** The same for a failure whose ordinal is a Java expression. */
    public void fail(final String ordinal, final Expr site)
    {
        mayFail = true;
        fail(ordinal, owner.sites().indexOf(site, owner.inputs()));
    }

    void fail(final String ordinal, final int site)
    {
        mayFail = true;
        line("fail(" + ordinal + ", " + site + ");");
        line(onDead);
    }

    /** Emits a check of {@code scratch.failure} after a call of a runtime function that can fail. */
    public void checkFailure(final Expr site)
    {
        open("if (scratch.failure != 0)");
        final String ordinal = fresh("e");
        line("final int " + ordinal + " = scratch.failure;");
        line("scratch.failure = 0;");
        fail(ordinal, site);
        close();
    }

    /** A string result left by a runtime function as returned address and {@code scratch.length}; 0 fails the row. */
    public void assignString(final Value result, final String call, final Expr site)
    {
        line(result.first() + " = " + call + ";");
        open("if (" + result.first() + " == 0L)");
        fail(Failure.STRING_TOO_LONG, site);
        close();
        line(result.second() + " = scratch.length;");
    }

    /** Address and length of a string constant. */
    public Value stringConstant(final SqlType type, final String value)
    {
        return new Value(type, "(pool + " + owner.constants().string(value) + "L)",
            Integer.toString(value.getBytes(StandardCharsets.UTF_8).length), Value.NEVER);
    }

    /** A Java test that the bytes at an address, known to be as many, equal a constant's. */
    public String bytesEqual(final String address, final String constant)
    {
        return Membership.bytesEqual(this, address, constant);
    }

    /** Name of a field that holds an immutable object. */
    public String constant(final Object value, final Class<?> type)
    {
        return owner.constant(value, type);
    }

    /** Name of a field that holds a working object of this kernel, made from its scratch. */
    public String instance(final String field, final Class<?> type)
    {
        return owner.instance(field, type);
    }

    /** Remembers that whoever uses this code must expect a failure. */
    public void noteFailure()
    {
        mayFail = true;
    }

    public String text()
    {
        return text.toString();
    }
}

package io.millrace.sql.codegen;

import io.millrace.sql.expr.Expr;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The source of one generated class while it grows: fields, methods, constants. */
public final class KernelClass
{
    public static final String PACKAGE = "io.millrace.generated";
    /** Empties the scratch memory; left out of a class that takes none. */
    public static final String RESET = "        scratch.reset();\n";

    private final String name;
    private final String parent;
    private final Inputs inputs;
    private final FailureSites sites;
    private final Function<String, Emitter> functions;
    private final Constants constants = new Constants();
    private final List<String> fields = new ArrayList<>();
    private final List<String> initialisers = new ArrayList<>();
    private final List<String> methods = new ArrayList<>();
    private final Map<Expr, Integer> weights = new IdentityHashMap<>();
    private final Map<Expr, Boolean> cuts = new IdentityHashMap<>();
    private int names;

    /** {@code functions} finds what emits a function by the name that calls carry. */
    public KernelClass(final String name, final String parent, final Inputs inputs, final FailureSites sites,
        final Function<String, Emitter> functions)
    {
        this.name = name;
        this.parent = parent;
        this.inputs = inputs;
        this.sites = sites;
        this.functions = functions;
    }

    public String name()
    {
        return name;
    }

    public Inputs inputs()
    {
        return inputs;
    }

    public FailureSites sites()
    {
        return sites;
    }

    /** What emits the calls of a function. */
    Emitter emitter(final String function)
    {
        return functions.apply(function);
    }

    public Constants constants()
    {
        return constants;
    }

    /** Weight that an expression adds to the method that emits it. */
    public int weigh(final Expr expr)
    {
        return Shape.weigh(expr, weights, cuts);
    }

    /** Whether an expression has a method of its own. */
    boolean isCut(final Expr expr)
    {
        weigh(expr);
        return cuts.containsKey(expr);
    }

    /** A name that no other local, field or method of the class has. */
    public String fresh(final String prefix)
    {
        return prefix + names++;
    }

    /** Declares a field and returns its name. */
    public String field(final String type)
    {
        final String field = fresh("f");
        fields.add("private " + type + " " + field + ";");
        return field;
    }

    /** Declares a final field that holds a constant object, and returns its name. */
    String constant(final Object value, final Class<?> type)
    {
        final int index = constants.object(value);
        final String field = "c" + index;
        final String declaration = "private final " + type.getName() + " " + field + ";";
        if (!fields.contains(declaration))
        {
            fields.add(declaration);
            initialisers.add(field + " = (" + type.getName() + ")constants.object(" + index + ");");
        }
        return field;
    }

    /** A field initialised by an expression, one for each distinct expression. */
    String instance(final String field, final Class<?> type)
    {
        final String declaration =
            "private final " + type.getName() + " " + field + " = new " + type.getName() + "(scratch);";
        if (!fields.contains(declaration))
        {
            fields.add(declaration);
        }
        return field;
    }

    public void method(final String text)
    {
        methods.add(text);
    }

    private boolean takesScratch()
    {
        return fields.stream().anyMatch(field -> field.contains("scratch")) ||
            methods.stream().anyMatch(method -> method.replace(RESET, "").contains("scratch"));
    }

    /** The whole compilation unit. */
    public String source()
    {
        return source(name);
    }

    /** The same as it were under another name: classes for which it is equal do the same. */
    public String source(final String other)
    {
        final StringBuilder text = new StringBuilder(4096);
        text.append("package ").append(PACKAGE).append(";\n\n")
            .append("import io.millrace.codecs.Memory;\n")
            .append("import io.millrace.engine.kernel.*;\n")
            .append("import ").append(Constants.class.getName()).append(";\n")
            .append("import io.millrace.sql.runtime.*;\n\n")
            .append("public final class ").append(other).append(" extends ").append(parent).append("\n{\n")
            .append("    private final Constants constants;\n    private final long pool;\n");
        for (final String field : fields)
        {
            text.append("    ").append(field).append('\n');
        }
        text.append("\n    public ").append(other).append("(final Constants constants)\n    {\n")
            .append("        this.constants = constants;\n        this.pool = constants.address();\n");
        for (final String initialiser : initialisers)
        {
            text.append("        ").append(initialiser).append('\n');
        }
        text.append("    }\n");
        final boolean takesScratch = takesScratch();
        for (final String method : methods)
        {
            text.append('\n').append(takesScratch ? method : method.replace(RESET, ""));
        }
        return text.append("}\n").toString();
    }
}

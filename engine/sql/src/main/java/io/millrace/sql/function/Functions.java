package io.millrace.sql.function;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.sql.SqlOperator;
import org.jspecify.annotations.Nullable;

/** The registry of scalar functions and operators: what the validator accepts, lowering names and code is made for. */
public final class Functions
{
    /** Casts that allocate, for the published list beside {@link Declaration#mayAllocate}. */
    public static final List<String> ALLOCATING_CASTS = List.of(
        "FLOAT or DOUBLE to or from a string: written and read by java.lang in its shortest form",
        "FLOAT or DOUBLE to DECIMAL: by BigDecimal",
        "DECIMAL of more than 18 digits to FLOAT or DOUBLE, also where a function takes a DOUBLE: by BigDecimal");

    private static final Map<String, Declaration> BY_NAME = new LinkedHashMap<>();
    private static final Map<SqlOperator, String> NAMES = new IdentityHashMap<>();

    static
    {
        register(LogicFunctions.declarations());
        register(NumberFunctions.declarations());
        register(MathFunctions.declarations());
        register(StringFunctions.declarations());
        register(LetterFunctions.declarations());
        register(SearchFunctions.declarations());
        register(DigitFunctions.declarations());
        register(TimeFunctions.declarations());
        register(CalendarFunctions.declarations());
    }

    private Functions()
    {
    }

    private static void register(final List<Declaration> declarations)
    {
        for (final Declaration declaration : declarations)
        {
            BY_NAME.put(declaration.name(), declaration);
            for (final SqlOperator operator : declaration.operators())
            {
                NAMES.put(operator, declaration.name());
            }
        }
    }

    /** Every declaration, in the order of the reference page. */
    public static List<Declaration> all()
    {
        return List.copyOf(BY_NAME.values());
    }

    /** Operators for the validator's table. */
    public static List<SqlOperator> operators()
    {
        final List<SqlOperator> operators = new ArrayList<>();
        BY_NAME.values().forEach(declaration -> operators.addAll(declaration.operators()));
        return operators;
    }

    /** Name of the function that an operator means, or null. */
    public static @Nullable String nameOf(final SqlOperator operator)
    {
        return NAMES.get(operator);
    }

    /** A function by the name that calls carry. */
    public static Declaration get(final String name)
    {
        final Declaration declaration = BY_NAME.get(name);
        if (declaration == null)
        {
            throw new IllegalArgumentException("no function " + name);
        }
        return declaration;
    }
}

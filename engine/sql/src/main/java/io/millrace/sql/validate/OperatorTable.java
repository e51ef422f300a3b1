package io.millrace.sql.validate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.SqlSyntax;
import org.apache.calcite.sql.validate.SqlNameMatcher;
import org.jspecify.annotations.Nullable;

/**
 * The operators that a job may use: what is not here is refused. Names of functions are the same in any case, as in
 * Flink.
 */
public final class OperatorTable implements SqlOperatorTable
{
    private final List<SqlOperator> operators;
    private final Map<String, List<SqlOperator>> byName = new HashMap<>();

    /**
     * @param scalars the scalar functions and operators; the syntax of queries (CASE, CAST, windows, aggregates) is
     *                added here.
     */
    public OperatorTable(final List<SqlOperator> scalars)
    {
        operators = new ArrayList<>(scalars);
        for (final SqlOperator operator : StructuralOperators.LIST)
        {
            if (!operators.contains(operator))
            {
                operators.add(operator);
            }
        }
        for (final SqlOperator operator : operators)
        {
            byName.computeIfAbsent(operator.getName().toUpperCase(Locale.ROOT), name -> new ArrayList<>())
                .add(operator);
        }
    }

    /** Whether a function or operator of this name is known. */
    public boolean has(final String name)
    {
        return byName.containsKey(name.toUpperCase(Locale.ROOT)) || WindowOperators.isProperty(name);
    }

    /** Names that a person may have meant to write. */
    public Set<String> functionNames()
    {
        final Set<String> names = new TreeSet<>();
        for (final String name : byName.keySet())
        {
            if (Character.isLetter(name.charAt(0)) && name.indexOf(' ') < 0 && !name.startsWith("MR_"))
            {
                names.add(name);
            }
        }
        return names;
    }

    @Override
    public void lookupOperatorOverloads(
        final SqlIdentifier name,
        final @Nullable SqlFunctionCategory category,
        final SqlSyntax syntax,
        final List<SqlOperator> found,
        final SqlNameMatcher matcher)
    {
        if (!name.isSimple())
        {
            return;
        }
        for (final SqlOperator operator : byName.getOrDefault(name.getSimple().toUpperCase(Locale.ROOT), List.of()))
        {
            if (operator.getSyntax().family == syntax.family ||
                (syntax == SqlSyntax.FUNCTION && operator instanceof SqlFunction))
            {
                found.add(operator);
            }
        }
    }

    @Override
    public List<SqlOperator> getOperatorList()
    {
        return operators;
    }
}

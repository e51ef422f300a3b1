package io.millrace.sql.validate;

import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Kind;
import java.util.stream.IntStream;
import org.apache.calcite.sql.SqlCallBinding;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlCastFunction;
import org.apache.calcite.util.Static;

/** CAST and TRY_CAST between the types that Flink casts between. */
final class FlinkCast extends SqlCastFunction
{
    FlinkCast(final String name, final SqlKind kind)
    {
        super(name, kind);
    }

    @Override
    public boolean checkOperandTypes(final SqlCallBinding binding, final boolean throwOnFailure)
    {
        final SqlType from = FlinkTypes.toSqlType(binding.getOperandType(0));
        final SqlType to = FlinkTypes.toSqlType(binding.getOperandType(1));
        if (from == null || to == null || isCastable(from, to))
        {
            return true;
        }
        if (throwOnFailure)
        {
            throw binding.newError(
                Static.RESOURCE.cannotCastValue(binding.getOperandType(0).toString(), to.toString()));
        }
        return false;
    }

    static boolean isCastable(final SqlType from, final SqlType to)
    {
        if (from.kind() == Kind.NULL || to.isString())
        {
            return from.kind() != Kind.ROW;
        }
        return switch (to.kind())
        {
            case BOOLEAN -> from.isString() || from.isNumeric() || from.kind() == Kind.BOOLEAN;
            case TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE, DECIMAL ->
                from.isString() || from.isNumeric() || from.kind() == Kind.BOOLEAN;
            case DATE, TIMESTAMP ->
                from.isString() || from.kind() == Kind.DATE || from.kind() == Kind.TIMESTAMP;
            case INTERVAL_DAY, INTERVAL_MONTH -> from.kind() == to.kind();
            case ROW -> from.kind() == Kind.ROW && from.fields().size() == to.fields().size() &&
                IntStream.range(0, to.fields().size()).allMatch(
                    i -> isCastable(from.fields().get(i).type(), to.fields().get(i).type()));
            case CHAR, VARCHAR, NULL -> true;
        };
    }
}

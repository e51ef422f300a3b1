package io.millrace.sql.validate;

import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlTumbleTableFunction;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlTypeName;

/** TUMBLE as table function, with Flink's three columns behind those of its input. */
final class TumbleTableFunction extends SqlTumbleTableFunction
{
    @Override
    public SqlReturnTypeInference getRowTypeInference()
    {
        return binding ->
        {
            final RelDataTypeFactory types = binding.getTypeFactory();
            final RelDataType time = types.createSqlType(SqlTypeName.TIMESTAMP, 3);
            return types.builder()
                .kind(binding.getOperandType(0).getStructKind())
                .addAll(binding.getOperandType(0).getFieldList())
                .add("window_start", time)
                .add("window_end", time)
                .add("window_time", time)
                .build();
        };
    }
}

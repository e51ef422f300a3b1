package io.millrace.sql.parse;

import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorCatalogReader;
import org.apache.flink.sql.parser.FlinkSqlParsingValidator;
import org.apache.flink.sql.parser.validate.FlinkSqlConformance;

/**
 * Calcite's validator as Flink's type nodes want it: {@code ROW<…>} asks it how the NULL of nested rows is meant.
 * Implicit conversions between strings and numbers are off, as in Flink.
 */
public class FlinkValidator extends FlinkSqlParsingValidator
{
    public FlinkValidator(
        final SqlOperatorTable operators, final SqlValidatorCatalogReader catalogue, final RelDataTypeFactory types)
    {
        super(operators, catalogue, types,
            SqlValidator.Config.DEFAULT
                .withConformance(FlinkSqlConformance.DEFAULT)
                .withIdentifierExpansion(true)
                .withTypeCoercionEnabled(false),
            false);
    }
}

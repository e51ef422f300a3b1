package io.millrace.sql.validate;

import io.millrace.codecs.SqlType;
import io.millrace.codecs.SqlType.Field;
import io.millrace.codecs.SqlType.Kind;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.sql.type.SqlTypeFactoryImpl;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.jspecify.annotations.Nullable;

/** Calcite's types under Flink's rules, text in Unicode; and the way from them to {@link SqlType}. */
public final class FlinkTypes extends SqlTypeFactoryImpl
{
    public FlinkTypes()
    {
        super(new FlinkTypeSystem());
    }

    @Override
    public Charset getDefaultCharset()
    {
        return StandardCharsets.UTF_8;
    }

    /** The DECIMAL that holds every value of an integer type. */
    @Override
    public RelDataType decimalOf(final RelDataType type)
    {
        final int digits = switch (type.getSqlTypeName())
        {
            case TINYINT -> 3;
            case SMALLINT -> 5;
            case INTEGER -> 10;
            case BIGINT -> 19;
            default -> 0;
        };
        return digits == 0 ? super.decimalOf(type) : createTypeWithNullability(
            createSqlType(SqlTypeName.DECIMAL, digits, 0), type.isNullable());
    }

    /** None for numbers beside times, where Calcite takes the time. */
    @Override
    public @Nullable RelDataType leastRestrictive(final List<RelDataType> types)
    {
        return types.stream().anyMatch(SqlTypeUtil::isNumeric) && types.stream().anyMatch(SqlTypeUtil::isDatetime) ?
            null : super.leastRestrictive(types);
    }

    /** Our type, or null where there is none. */
    public static @Nullable SqlType toSqlType(final RelDataType type)
    {
        final SqlType converted = convert(type);
        return converted == null ? null : converted.withNullable(type.isNullable());
    }

    private static @Nullable SqlType convert(final RelDataType type)
    {
        if (type.isStruct())
        {
            return struct(type);
        }
        return switch (type.getSqlTypeName())
        {
            case BOOLEAN -> SqlType.of(Kind.BOOLEAN);
            case TINYINT -> SqlType.of(Kind.TINYINT);
            case SMALLINT -> SqlType.of(Kind.SMALLINT);
            case INTEGER -> SqlType.of(Kind.INT);
            case BIGINT -> SqlType.of(Kind.BIGINT);
            case FLOAT, REAL -> SqlType.of(Kind.FLOAT);
            case DOUBLE -> SqlType.of(Kind.DOUBLE);
            case DECIMAL -> type.getScale() < 0 || type.getScale() > type.getPrecision() ? null :
                SqlType.decimal(type.getPrecision(), type.getScale());
            case CHAR -> SqlType.character(type.getPrecision());
            case VARCHAR -> SqlType.varchar(type.getPrecision());
            case DATE -> SqlType.of(Kind.DATE);
            case TIMESTAMP -> SqlType.timestamp(type.getPrecision());
            case NULL -> SqlType.of(Kind.NULL);
            case INTERVAL_YEAR, INTERVAL_YEAR_MONTH, INTERVAL_MONTH -> SqlType.of(Kind.INTERVAL_MONTH);
            case INTERVAL_DAY, INTERVAL_DAY_HOUR, INTERVAL_DAY_MINUTE, INTERVAL_DAY_SECOND, INTERVAL_HOUR,
                INTERVAL_HOUR_MINUTE, INTERVAL_HOUR_SECOND, INTERVAL_MINUTE, INTERVAL_MINUTE_SECOND,
                INTERVAL_SECOND -> SqlType.of(Kind.INTERVAL_DAY);
            default -> null;
        };
    }

    private static @Nullable SqlType struct(final RelDataType type)
    {
        final List<Field> fields = new ArrayList<>();
        for (final RelDataTypeField field : type.getFieldList())
        {
            final SqlType fieldType = toSqlType(field.getType());
            if (fieldType == null)
            {
                return null;
            }
            fields.add(new Field(field.getName(), fieldType));
        }
        return SqlType.row(fields);
    }

    /** Calcite's type of one of ours. */
    public RelDataType toRelType(final SqlType type)
    {
        final RelDataType bare = switch (type.kind())
        {
            case ROW -> createStructType(
                type.fields().stream().map(field -> toRelType(field.type())).toList(),
                type.fields().stream().map(Field::name).toList());
            case INT -> createSqlType(SqlTypeName.INTEGER);
            case DECIMAL -> createSqlType(SqlTypeName.DECIMAL, type.precision(), type.scale());
            case CHAR -> createSqlType(SqlTypeName.CHAR, type.precision());
            case VARCHAR -> createSqlType(SqlTypeName.VARCHAR, type.precision());
            case TIMESTAMP -> createSqlType(SqlTypeName.TIMESTAMP, type.precision());
            case BOOLEAN, TINYINT, SMALLINT, BIGINT, FLOAT, DOUBLE, DATE, NULL ->
                createSqlType(SqlTypeName.valueOf(type.kind().name()));
            case INTERVAL_DAY, INTERVAL_MONTH -> throw new IllegalArgumentException("no column has " + type);
        };
        return createTypeWithNullability(bare, type.isNullable());
    }
}

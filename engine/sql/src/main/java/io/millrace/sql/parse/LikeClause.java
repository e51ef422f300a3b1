package io.millrace.sql.parse;

import io.millrace.sql.parse.ParsedStatement.Like;
import io.millrace.sql.parse.ParsedStatement.Merging;
import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.sql.parser.ddl.table.SqlTableLike;
import org.apache.flink.sql.parser.ddl.table.SqlTableLike.FeatureOption;
import org.apache.flink.sql.parser.ddl.table.SqlTableLike.SqlTableLikeOption;

/** The LIKE clause of a CREATE TABLE, with Flink's defaults: all is included, and options are overwritten. */
final class LikeClause
{
    private LikeClause()
    {
    }

    static Like of(final SqlTableLike clause, final String table)
    {
        final Map<FeatureOption, Merging> merging = new EnumMap<>(FeatureOption.class);
        for (final FeatureOption feature : FeatureOption.values())
        {
            merging.put(feature, feature == FeatureOption.OPTIONS ? Merging.OVERWRITING : Merging.INCLUDING);
        }
        for (final SqlTableLikeOption option : clause.getOptions())
        {
            if (option.getFeatureOption() == FeatureOption.ALL)
            {
                merging.replaceAll((feature, otherwise) -> of(option));
            }
        }
        clause.getOptions().forEach(option -> merging.put(option.getFeatureOption(), of(option)));
        return new Like(table, Positions.of(clause.getSourceTable()),
            merging.getOrDefault(FeatureOption.CONSTRAINTS, Merging.INCLUDING),
            merging.getOrDefault(FeatureOption.GENERATED, Merging.INCLUDING),
            merging.getOrDefault(FeatureOption.WATERMARKS, Merging.INCLUDING),
            merging.getOrDefault(FeatureOption.OPTIONS, Merging.OVERWRITING));
    }

    private static Merging of(final SqlTableLikeOption option)
    {
        return switch (option.getMergingStrategy())
        {
            case INCLUDING -> Merging.INCLUDING;
            case EXCLUDING -> Merging.EXCLUDING;
            case OVERWRITING -> Merging.OVERWRITING;
        };
    }
}

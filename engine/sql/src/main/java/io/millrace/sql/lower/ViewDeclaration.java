package io.millrace.sql.lower;

import io.millrace.sql.diagnostic.Span;
import io.millrace.sql.validate.Catalogue;
import org.apache.calcite.rel.type.RelDataType;

/** A view: the relation that it stands for. */
record ViewDeclaration(String name, Span nameSpan, RelDataType rowType, Relation relation) implements Catalogue.Entry
{
}

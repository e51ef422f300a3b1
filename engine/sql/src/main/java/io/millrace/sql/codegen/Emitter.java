package io.millrace.sql.codegen;

import io.millrace.codecs.SqlType;
import io.millrace.sql.expr.Expr;

/** Emits the code of one function's calls. */
@FunctionalInterface
public interface Emitter
{
    /** Emits operands and call; the value has the call's type. Result types are {@link SqlType}s as validated. */
    Value emit(Code code, Expr.Call call);
}

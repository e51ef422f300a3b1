package io.millrace.sql.codegen;

import io.millrace.sql.expr.Expr;

/** How generated code gets at the inputs of expressions. */
public interface Inputs
{
    /** Parameters of every method that reads inputs: {@code long row}. */
    String parameters();

    /** The same as arguments: {@code row}. */
    String arguments();

    /** What a person calls an input. */
    String name(int index);

    /** Emits the reading of an input. */
    Value load(Code code, Expr.Input input);
}

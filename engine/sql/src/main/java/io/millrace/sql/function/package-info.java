/** Functions and operators, each declared once: signature, typing, code, doc line. Depends on Calcite and codegen. */
@NullMarked
package io.millrace.sql.function;

import org.jspecify.annotations.NullMarked;

/** Functions and operators, each declared once: signature, typing, code and doc line. Depends on Calcite and codecs. */
@NullMarked
package io.millrace.sql.function;

import org.jspecify.annotations.NullMarked;

/** Calcite's relations to our own expressions and statements. Depends on validate, expr and logical. */
@NullMarked
package io.millrace.sql.lower;

import org.jspecify.annotations.NullMarked;

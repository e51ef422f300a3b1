/** Typed expressions: what lowering produces and code generation consumes. Depends on codecs. */
@NullMarked
package io.millrace.sql.expr;

import org.jspecify.annotations.NullMarked;

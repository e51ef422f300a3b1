/** Java source of expressions, and of the class they are part of, while it grows. Depends on expr and runtime. */
@NullMarked
package io.millrace.sql.codegen;

import org.jspecify.annotations.NullMarked;

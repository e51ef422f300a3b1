/** A job's meaning after validation: statements, windows, expressions, findings. Depends on expr and diagnostic. */
@NullMarked
package io.millrace.sql.logical;

import org.jspecify.annotations.NullMarked;

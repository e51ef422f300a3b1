/** A job's meaning after validation: statements, windows and expressions, without code. Depends on codecs. */
@NullMarked
package io.millrace.sql.logical;

import org.jspecify.annotations.NullMarked;

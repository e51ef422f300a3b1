/** Compiled jobs as bytes, so that an unchanged job starts without being compiled. Depends on compile and runtime. */
@NullMarked
package io.millrace.sql.stored;

import org.jspecify.annotations.NullMarked;

/** Flink's typing and naming rules over Calcite's validator; refuses what we don't support. Depends on parse. */
@NullMarked
package io.millrace.sql.validate;

import org.jspecify.annotations.NullMarked;

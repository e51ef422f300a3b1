/** Flink SQL text to a compiled job. Depends on engine/core, Flink's parser, Calcite and Janino. */
@NullMarked
package io.millrace.sql;

import org.jspecify.annotations.NullMarked;

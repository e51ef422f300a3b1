/** Text to statements, each with its true positions; the one package that sees Flink's parser. Depends on Calcite. */
@NullMarked
package io.millrace.sql.parse;

import org.jspecify.annotations.NullMarked;

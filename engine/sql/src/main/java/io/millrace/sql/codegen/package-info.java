/** Expressions to Java source to classes: the kernels of a job. Depends on engine/core, expressions and Janino. */
@NullMarked
package io.millrace.sql.codegen;

import org.jspecify.annotations.NullMarked;

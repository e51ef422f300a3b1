/** The kernels of a job: which classes, methods and layouts; compiled. Depends on codegen, function and Janino. */
@NullMarked
package io.millrace.sql.compile;

import org.jspecify.annotations.NullMarked;

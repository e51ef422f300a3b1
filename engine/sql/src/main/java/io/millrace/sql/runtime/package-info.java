/** Static functions that generated kernels call: strings, numbers, decimals, time. Depends on codecs and kernels. */
@NullMarked
package io.millrace.sql.runtime;

import org.jspecify.annotations.NullMarked;

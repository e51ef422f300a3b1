/** Keys for encryption at rest. Depends on the local persistence module and Tink. */
@NullMarked
package io.millrace.persistence.tink;

import org.jspecify.annotations.NullMarked;

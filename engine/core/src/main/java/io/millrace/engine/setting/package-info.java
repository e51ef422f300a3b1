/** What a user may set: each setting declared once, with its type, default, bounds and sentence. Depends on java.* . */
@NullMarked
package io.millrace.engine.setting;

import org.jspecify.annotations.NullMarked;

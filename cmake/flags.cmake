# Compiler and linker flags of every target (docs/adr/0001).
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
add_compile_options(-Wall -Wextra -Werror -Wno-missing-field-initializers -fcolor-diagnostics)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection
                      -fcf-protection=full -ftrivial-auto-var-init=zero)
endif()
add_compile_definitions(_GLIBCXX_ASSERTIONS BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION)
if(PILLARBOX_SANITIZE OR PILLARBOX_FUZZ)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(PILLARBOX_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link -O1)  # several times as many runs a second
endif()
add_link_options(-fuse-ld=lld -pie -Wl,-z,relro,-z,now -Wl,--gc-sections)
add_compile_options(-fPIE -ffunction-sections)

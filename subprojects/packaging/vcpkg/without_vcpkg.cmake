# Runs the port without vcpkg: cmake -D OUT=FOLDER -D LINKAGE=static|dynamic -P without_vcpkg.cmake
# What the port calls is done here by plain Meson, with the system's libraries, as release only. So
# this checks the port's own lines, and nothing of vcpkg.
cmake_minimum_required(VERSION 3.19)

set(FEATURES core spdlog)
set(PORT ksqldb-cpp)
set(CURRENT_PACKAGES_DIR "${OUT}/packages")
set(VCPKG_LIBRARY_LINKAGE ${LINKAGE})

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(vcpkg_configure_meson)
  cmake_parse_arguments(arg "" "SOURCE_PATH" "OPTIONS" ${ARGN})
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "vcpkg_configure_meson takes no ${arg_UNPARSED_ARGUMENTS}")
  endif()
  set(library static)
  if(VCPKG_LIBRARY_LINKAGE STREQUAL dynamic)
    set(library shared)
  endif()
  run(meson setup "${OUT}" "${arg_SOURCE_PATH}" --buildtype release -Db_ndebug=true --libdir lib
    --prefix "${CURRENT_PACKAGES_DIR}" -Ddefault_library=${library} ${arg_OPTIONS})
endfunction()
function(vcpkg_install_meson)
  run(meson install -C "${OUT}" --quiet)
endfunction()
function(vcpkg_fixup_pkgconfig)
endfunction()
function(vcpkg_install_copyright)
  cmake_parse_arguments(arg "" "" "FILE_LIST" ${ARGN})
  file(COPY ${arg_FILE_LIST} DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
endfunction()

# As vcpkg does: a port's variables are its own.
function(port)
  include("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/ksqldb-cpp/portfile.cmake")
endfunction()
port()

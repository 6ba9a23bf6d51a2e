# SPDX-License-Identifier: GPL-3.0-or-later
# The Debian package, made by CPack from what packaging/linux installs: packaging/deb. No maintainer scripts and no configuration
# files, so nothing runs as root at an installation and a removal leaves nothing behind.
set(CLAVITOR_PACKAGE_MAINTAINER "Clavitor maintainers <maintainers@clavitor.invalid>" CACHE STRING
  "Who answers for the Debian package, as Name <address>")

set(papers "${CMAKE_SOURCE_DIR}/packaging/debian")
install(FILES "${papers}/copyright" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(FILES "${papers}/lintian-overrides" DESTINATION "${CMAKE_INSTALL_DATADIR}/lintian/overrides" RENAME clavitor)
clavitor_install_compressed("${papers}/changelog" changelog "${CMAKE_INSTALL_DOCDIR}")
clavitor_install_compressed("${CMAKE_SOURCE_DIR}/CHANGELOG.md" CHANGELOG.md "${CMAKE_INSTALL_DOCDIR}")

set(CPACK_GENERATOR DEB)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_CONTACT "${CLAVITOR_PACKAGE_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "vault that hands credentials to AI agents, one at a time and on record")
set(CPACK_PACKAGE_DESCRIPTION
"Clavitor keeps passwords, API keys and one-time codes in one encrypted file
on this computer and gives them to coding agents over a local REST and MCP
interface, each agent with a key of its own. The person is asked before an
agent gets what it has not had, and every reading is in a log before its
answer leaves. Fields marked Personal are sealed: no agent ever gets them.
.
The action file for polkit lets the desktop's own dialog ask whether the
person is there. Nothing is started at login or in the background by the
package.")

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# What no link line tells. It is found at run time, and without it one thing is missing and said.
set(recommended
  curl                             # what --demo prints, and what its --check asks with
  "default-dbus-session-bus | dbus-session-bus" # keychain, tray, notifications
  "gnome-keyring | kwalletmanager" # a Secret Service
  hicolor-icon-theme               # whose folders the icon lies in
  libsecret-1-0                    # QtKeychain opens it by its name
  polkitd                          # asks whether it is you, in the system's own dialog
  qt6-wayland                      # the window on Wayland desktops
  xdg-utils)                       # opens a login's page
set(suggested
  fprintd                            # for who has a reader
  gnome-shell-extension-appindicator # the tray on GNOME
  polkit-1-auth-agent)               # the dialog itself, which desktops bring along
# Whose file format this program refuses; no release but older ones has it under this name.
set(CPACK_DEBIAN_PACKAGE_BREAKS "libsqlcipher1 (<< 4.6)")
list(JOIN recommended ", " CPACK_DEBIAN_PACKAGE_RECOMMENDS)
list(JOIN suggested ", " CPACK_DEBIAN_PACKAGE_SUGGESTS)
include(CPack)

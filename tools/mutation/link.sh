# In Stryker's sandbox, which shares node_modules with the checkout, the chat is to find the sandbox's own runtime.
mkdir functions/node_modules
ln -s ../../runtime functions/node_modules/function-runtime
